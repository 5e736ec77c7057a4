-- Facts that stand in no claim line, as they came in (SCR-04). Of those about the same thing the latest counts.
CREATE TABLE fact (
    fact_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    -- pseudonym of a client, AGB code of a provider, or service, AGB code and reference of a line
    subject TEXT NOT NULL,
    -- client, provider or line
    about TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- which of the subject's facts of the kind it is
    thing TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE,
    fact_value TEXT NOT NULL,
    -- the day by which a document was to be handed in
    due_day DATE,
    withdrawn BOOLEAN NOT NULL,
    source TEXT NOT NULL,
    import_id TEXT NOT NULL,
    row_number BIGINT NOT NULL,
    stated_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX fact_of_subject ON fact (office, subject);
CREATE INDEX fact_of_import ON fact (office, import_id);
CREATE INDEX fact_by_about ON fact (office, about);

-- Files of facts.
CREATE TABLE fact_import (
    import_id TEXT NOT NULL PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    office TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    file_rows BIGINT NOT NULL,
    -- what became of it: clients evaluated, signals raised and withdrawn
    clients BIGINT NOT NULL,
    raised BIGINT NOT NULL,
    withdrawn BIGINT NOT NULL,
    imported_by TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX fact_import_of_office ON fact_import (office, import_id);
