-- The register of an office's insured persons. Persons stand here by pseudonym; what claims are held against, and nothing
-- else of them.

-- One row per office. An import takes it first, so that they are numbered in the order in which they are on record.
CREATE TABLE insured_office (
    office TEXT NOT NULL PRIMARY KEY,
    imports BIGINT NOT NULL
);

-- Extracts that were taken; a wrong one leaves no trace. The last one holds.
CREATE TABLE insured_import (
    office TEXT NOT NULL,
    number BIGINT NOT NULL,
    import_id TEXT NOT NULL UNIQUE,
    first_day DATE NOT NULL,
    reference_day DATE NOT NULL,
    sha256 BYTEA NOT NULL,
    -- version of the key that made the pseudonyms: with another one nobody is found
    key_version BIGINT NOT NULL,
    file_rows BIGINT NOT NULL,
    persons BIGINT NOT NULL,
    unnamed_rows BIGINT NOT NULL,
    outside_rows BIGINT NOT NULL,
    changed_persons BIGINT NOT NULL,
    gone_persons BIGINT NOT NULL,
    imported_by TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, number)
);

-- What imports said of a person: a row for each import that said something else than the one before. Of a person the row
-- with the highest number holds, up to the import that is asked about; so an extract of millions of which little changed
-- adds little.
CREATE TABLE insured_person (
    client TEXT NOT NULL,
    office TEXT NOT NULL,
    number BIGINT NOT NULL,
    -- days as 2023-01-31, such as 2022-01-01/2023-06-30 2024-01-01/ where an end is open; empty for not in the register
    periods TEXT NOT NULL,
    -- the last day it is about; none while an end is open
    latest_day DATE,
    PRIMARY KEY (client, office, number)
);
CREATE INDEX insured_person_ended ON insured_person (office, latest_day);

-- Which register a file was held against; empty for none.
ALTER TABLE claim_file ADD COLUMN insured_import_id TEXT NOT NULL DEFAULT '';
