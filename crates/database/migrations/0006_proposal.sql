-- Decisions that one identity proposes and another takes. Neither table changes: a verdict is a row of its own.
CREATE TABLE proposal (
    proposal_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    method TEXT NOT NULL,
    subject TEXT NOT NULL,
    summary TEXT NOT NULL,
    request BYTEA NOT NULL,
    outcome_sha256 BYTEA NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX proposal_by_office ON proposal (office, proposal_id);

CREATE TABLE proposal_verdict (
    proposal_id TEXT NOT NULL PRIMARY KEY REFERENCES proposal (proposal_id),
    verdict TEXT NOT NULL CHECK (verdict IN ('taken', 'rejected')),
    decided_by TEXT NOT NULL,
    motivation TEXT NOT NULL,
    decided_time TIMESTAMPTZ NOT NULL
);
