-- Removing what was kept long enough. One text for both engines.

-- Whose request it was, so that replies can be kept as long as an office says; empty for those of no office.
ALTER TABLE request ADD COLUMN office TEXT NOT NULL DEFAULT '';

-- Nothing is ever in this table.
CREATE TABLE purge_nothing (
    nothing_id BIGINT NOT NULL PRIMARY KEY CHECK (nothing_id <> nothing_id)
);

-- Tables that the transaction that is under way may delete from. A permit refers to what is never there, which is
-- looked at when the transaction commits: a permit that was not taken away again can't be committed, and nobody else
-- ever sees one.
CREATE TABLE purge_permit (
    table_name TEXT NOT NULL PRIMARY KEY,
    nothing_id BIGINT NOT NULL REFERENCES purge_nothing (nothing_id) DEFERRABLE INITIALLY DEFERRED
);

-- The things that the purge under way removes; never committed either.
CREATE TABLE purge_item (
    object_id TEXT NOT NULL PRIMARY KEY,
    nothing_id BIGINT NOT NULL REFERENCES purge_nothing (nothing_id) DEFERRABLE INITIALLY DEFERRED
);

-- What was removed.
CREATE TABLE tombstone (
    tombstone_id TEXT NOT NULL PRIMARY KEY,
    -- empty for what belongs to no office
    office TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- empty where one tombstone stands for many things; of the audit log, the sequence of the last entry removed
    object_id TEXT NOT NULL,
    objects BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    -- of many things, the latest
    counted_from DATE NOT NULL,
    parameter TEXT NOT NULL,
    years BIGINT NOT NULL,
    source TEXT NOT NULL,
    purged_by TEXT NOT NULL,
    purged_time TIMESTAMPTZ NOT NULL,
    -- of the audit log only: the hash of the last entry removed
    sha256 BYTEA
);
CREATE INDEX tombstone_of_office ON tombstone (office, tombstone_id);
CREATE INDEX tombstone_of_kind ON tombstone (office, kind, counted_from);
