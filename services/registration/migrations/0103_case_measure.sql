-- What cases that screening decided mean for agreements (SCR-07), by act.
CREATE TABLE case_measure (
    case_id TEXT NOT NULL,
    act TEXT NOT NULL,
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    no_new_agreement BOOLEAN NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    -- ids of the agreements that it ended, apart by spaces
    ended TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (case_id, act)
);
CREATE INDEX case_measure_of_provider ON case_measure (office, agb, case_id);
