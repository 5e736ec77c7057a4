-- Organisations as registration made them known: what a register is asked with.
CREATE TABLE organisation (
    agb TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kvk TEXT NOT NULL
);

-- Providers that are screened, and what their integrity comes to now. Whoever changes anything about a provider takes
-- this row first.
CREATE TABLE screened (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    number BIGINT NOT NULL,
    valid_until DATE,
    PRIMARY KEY (office, agb)
);
CREATE INDEX screened_until ON screened (valid_until);

-- The registrations that its integrity is asked for.
CREATE TABLE integrity_asked (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    registration_id TEXT NOT NULL,
    PRIMARY KEY (office, agb, registration_id)
);

-- What the integrity of a provider came to, one after the other (SCR-03).
CREATE TABLE integrity (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    conditions TEXT NOT NULL,
    valid_until DATE,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    since_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, agb, number)
);

-- What people judged of findings; the last one holds.
CREATE TABLE judgement (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    number BIGINT NOT NULL,
    content TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, agb, number)
);

-- Who is screened (SCR-01). A person is an id of registration.
CREATE TABLE subject (
    subject_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE,
    recorded_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX subject_of_provider ON subject (office, agb, subject_id);

-- What is to be asked of which register, and its last answer (SCR-02).
CREATE TABLE register_check (
    subject_id TEXT NOT NULL REFERENCES subject (subject_id),
    register TEXT NOT NULL,
    due_time TIMESTAMPTZ NOT NULL,
    asked_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    failures BIGINT NOT NULL,
    -- JSON; empty without one
    answer TEXT NOT NULL,
    PRIMARY KEY (subject_id, register)
);
CREATE INDEX register_check_due ON register_check (due_time);

-- The log of consults (SCR-02): kept when there was nothing to find, too.
CREATE TABLE consult (
    consult_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    register TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_time TIMESTAMPTZ NOT NULL,
    outcome TEXT NOT NULL,
    as_of_day DATE,
    valid_until DATE
);
CREATE INDEX consult_of_provider ON consult (office, agb, consult_id);

-- What a register holds of a subject with a finding, sealed. Of one without, nothing (SCR-03).
CREATE TABLE register_finding (
    consult_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    asked_time TIMESTAMPTZ NOT NULL,
    sealed BYTEA NOT NULL
);
