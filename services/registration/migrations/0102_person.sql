-- People of a provider (board, supervisors, UBO, nurses) whom the office knows by name. What says who somebody is, is
-- sealed with a key that is not in the database.
CREATE TABLE person (
    person_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    agb TEXT NOT NULL REFERENCES provider (agb),
    position TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE,
    sealed BYTEA NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX person_by_provider ON person (office, agb, person_id);
