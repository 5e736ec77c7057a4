-- What cases that screening decided claim back, by line (SCR-07).
CREATE TABLE case_reclaim (
    case_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    amount_cents BIGINT NOT NULL CHECK (amount_cents >= 0),
    credited BOOLEAN NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (case_id, reference)
);
CREATE INDEX case_reclaim_of_provider ON case_reclaim (office, agb, case_id, reference);
