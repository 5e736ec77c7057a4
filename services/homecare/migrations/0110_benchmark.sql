-- Feature tables (HOM-02): insured persons of providers and their characteristics, without anything that tells who they
-- are. Rows are removed when they were kept long enough; the head stays.
CREATE TABLE feature_table (
    table_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    source TEXT NOT NULL,
    columns TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    providers BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    UNIQUE (office, year, sha256)
);

CREATE TABLE feature_row (
    table_id TEXT NOT NULL REFERENCES feature_table (table_id),
    line BIGINT NOT NULL,
    agb TEXT NOT NULL,
    months_hundredths BIGINT NOT NULL,
    cost_cents BIGINT NOT NULL,
    hours_hundredths BIGINT NOT NULL,
    -- eight bytes a characteristic, in the order of the columns
    features BYTEA NOT NULL,
    PRIMARY KEY (table_id, line)
);

-- Who is left out by a decision: the highest version holds; one without a ground lifts the exclusion.
CREATE TABLE benchmark_exclusion (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    version BIGINT NOT NULL,
    ground TEXT,
    motivation TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, agb, version)
);

CREATE TABLE benchmark_run (
    run_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    table_id TEXT NOT NULL REFERENCES feature_table (table_id),
    outcome TEXT NOT NULL,
    outcome_sha256 BYTEA NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    UNIQUE (office, year, number)
);

CREATE TABLE benchmark_score (
    run_id TEXT NOT NULL REFERENCES benchmark_run (run_id),
    agb TEXT NOT NULL,
    insured BIGINT NOT NULL,
    months TEXT NOT NULL,
    measured TEXT NOT NULL,
    total TEXT,
    place BIGINT,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    PRIMARY KEY (run_id, agb)
);
