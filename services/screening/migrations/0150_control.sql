-- Controls by samples (SCR-09), as they were planned.
CREATE TABLE control (
    control_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    -- empty for all providers
    agb TEXT NOT NULL,
    -- JSON: what it was planned from, and the plan
    content TEXT NOT NULL,
    drawn_lines BIGINT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    planned_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX control_of_office ON control (office, control_id);

-- The lines that were drawn, as they were then.
CREATE TABLE control_line (
    control_id TEXT NOT NULL REFERENCES control (control_id),
    place BIGINT NOT NULL,
    stratum BIGINT NOT NULL,
    -- 1 when it was drawn whatever the seed
    certain BIGINT NOT NULL,
    service TEXT NOT NULL,
    file_id TEXT NOT NULL,
    detail_number BIGINT NOT NULL,
    agb TEXT NOT NULL,
    product TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    granted_cents BIGINT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (control_id, place)
);

-- What was found of them; the last statement about a line counts.
CREATE TABLE control_result (
    control_id TEXT NOT NULL,
    place BIGINT NOT NULL,
    number BIGINT NOT NULL,
    right_cents BIGINT NOT NULL,
    motivation TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (control_id, place, number),
    FOREIGN KEY (control_id, place) REFERENCES control_line (control_id, place)
);

-- What controls came to.
CREATE TABLE control_conclusion (
    control_id TEXT NOT NULL PRIMARY KEY REFERENCES control (control_id),
    -- JSON
    content TEXT NOT NULL,
    concluded_by TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    concluded_time TIMESTAMPTZ NOT NULL
);
