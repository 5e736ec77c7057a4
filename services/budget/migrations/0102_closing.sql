-- Investigations into the claims of a year, which let the office sign a reconciliation alone (BUD-11).
CREATE TABLE investigation (
    investigation_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    kind TEXT NOT NULL,
    motivation TEXT NOT NULL,
    opened_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX investigation_of_provider ON investigation (office, year, agb);

CREATE TABLE investigation_end (
    investigation_id TEXT NOT NULL PRIMARY KEY REFERENCES investigation (investigation_id),
    motivation TEXT NOT NULL,
    closed_time TIMESTAMPTZ NOT NULL
);

-- Claim lines that were paid wrongfully: the highest version holds, and one of nothing has been lifted.
CREATE TABLE wrongful_payment (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    reference TEXT NOT NULL,
    version BIGINT NOT NULL,
    year BIGINT NOT NULL,
    amount_cents BIGINT NOT NULL CHECK (amount_cents >= 0),
    motivation TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, agb, reference, version)
);

-- Who signed which form of the NZa, by its checksum (BUD-04, BUD-11).
CREATE TABLE form_signature (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    kind TEXT NOT NULL,
    agb TEXT NOT NULL,
    party TEXT NOT NULL,
    signed_by TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    one_sided BOOLEAN NOT NULL,
    signed_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, kind, agb, party)
);

-- What was done about an overrun, in order (BUD-08).
CREATE TABLE escalation (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    step TEXT NOT NULL,
    amount_cents BIGINT NOT NULL,
    overrun_cents BIGINT NOT NULL,
    motivation TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, number)
);
