-- Agreements on zinnige zorg & innovatie (BUD-10): the highest version holds; one of nothing was withdrawn.
CREATE TABLE innovation (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    lot TEXT NOT NULL,
    agb TEXT NOT NULL,
    version BIGINT NOT NULL,
    products TEXT NOT NULL,
    amount_cents BIGINT NOT NULL CHECK (amount_cents >= 0),
    motivation TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, lot, agb, version)
);
