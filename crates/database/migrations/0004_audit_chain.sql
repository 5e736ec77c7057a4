-- The audit log as a chain: every entry carries the hash of the one before. Nothing had written to the table before.

DROP TABLE audit;
CREATE TABLE audit (
    sequence BIGINT NOT NULL PRIMARY KEY,
    event_time TIMESTAMPTZ NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    authentication TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('C', 'R', 'U', 'D', 'E')),
    event_code TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
    object_type TEXT NOT NULL,
    object_id TEXT NOT NULL,
    office TEXT NOT NULL,
    request_id TEXT,
    detail TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    previous_sha256 BYTEA NOT NULL,
    sha256 BYTEA NOT NULL
);

-- The hash of the newest entry; none before the first. Entries cut off at the end are missed by it.
ALTER TABLE commit_counter ADD COLUMN audit_head BYTEA;
