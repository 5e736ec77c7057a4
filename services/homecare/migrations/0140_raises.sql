-- Requests to raise a ceiling (HOM-06): every change is a version with the whole of what is known then.
CREATE TABLE raise_request (
    raise_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (office, agb, year) REFERENCES agreement (office, agb, year)
);
CREATE INDEX raise_of_year ON raise_request (office, year, raise_id);

CREATE TABLE raise_version (
    raise_id TEXT NOT NULL REFERENCES raise_request (raise_id),
    version BIGINT NOT NULL,
    content TEXT NOT NULL,
    -- whether it waits for a decision, and until when that may take
    open BOOLEAN NOT NULL,
    due_day DATE,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (raise_id, version)
);

-- Stops for new clients (HOM-07).
CREATE TABLE client_stop (
    stop_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    raise_id TEXT NOT NULL REFERENCES raise_request (raise_id),
    first_day DATE NOT NULL,
    informing TEXT NOT NULL,
    consultation TEXT NOT NULL,
    alternatives TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX client_stop_of_year ON client_stop (office, year, stop_id);

CREATE TABLE client_stop_end (
    stop_id TEXT NOT NULL PRIMARY KEY REFERENCES client_stop (stop_id),
    last_day DATE NOT NULL,
    motivation TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL
);
