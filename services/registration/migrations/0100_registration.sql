-- Providers, by their AGB code.
CREATE TABLE provider (
    agb TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kvk TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL
);

-- Purchasing rounds. Their calendars are in the rule files (REG-05), so that a correction there holds at once.
CREATE TABLE purchase_round (
    round_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    sector TEXT NOT NULL,
    year BIGINT NOT NULL,
    opened_time TIMESTAMPTZ NOT NULL,
    UNIQUE (office, sector, year)
);

-- Registrations as received. Only the state moves; whoever decides on one raises its version first, so that of two
-- decisions at once the second sees what the first one did.
CREATE TABLE registration (
    registration_id TEXT NOT NULL PRIMARY KEY,
    round_id TEXT NOT NULL REFERENCES purchase_round (round_id),
    agb TEXT NOT NULL REFERENCES provider (agb),
    region TEXT NOT NULL,
    received_time TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('submitted', 'admissible', 'not_considered', 'awarded')),
    version BIGINT NOT NULL
);
-- One at a time for a provider in a round; another after one that was not considered.
CREATE UNIQUE INDEX registration_once ON registration (round_id, agb) WHERE state <> 'not_considered';
CREATE INDEX registration_by_round ON registration (round_id, registration_id);

CREATE TABLE registration_product (
    registration_id TEXT NOT NULL REFERENCES registration (registration_id),
    position BIGINT NOT NULL,
    product TEXT NOT NULL,
    PRIMARY KEY (registration_id, position)
);

CREATE TABLE registration_document (
    registration_id TEXT NOT NULL REFERENCES registration (registration_id),
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    content_sha256 BYTEA NOT NULL,
    PRIMARY KEY (registration_id, position)
);

-- What was decided on a registration, once.
CREATE TABLE assessment (
    registration_id TEXT NOT NULL PRIMARY KEY REFERENCES registration (registration_id),
    category TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    assessed_time TIMESTAMPTZ NOT NULL
);

CREATE TABLE assessment_reason (
    registration_id TEXT NOT NULL REFERENCES assessment (registration_id),
    position BIGINT NOT NULL,
    code TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (registration_id, position)
);

-- Agreements, awarded here or recorded from elsewhere.
CREATE TABLE agreement (
    agreement_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    sector TEXT NOT NULL,
    agb TEXT NOT NULL REFERENCES provider (agb),
    region TEXT,
    first_day DATE NOT NULL,
    last_day DATE,
    claiming_since DATE,
    extended BOOLEAN NOT NULL,
    registration_id TEXT UNIQUE REFERENCES registration (registration_id),
    recorded_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX agreement_by_office ON agreement (office, agreement_id);
CREATE INDEX agreement_by_provider ON agreement (agb, office);

CREATE TABLE agreement_product (
    agreement_id TEXT NOT NULL REFERENCES agreement (agreement_id),
    position BIGINT NOT NULL,
    product TEXT NOT NULL,
    PRIMARY KEY (agreement_id, position)
);
