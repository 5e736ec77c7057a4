-- Agreements with a ceiling (HOM-01, HOM-03): one per provider and year.
CREATE TABLE agreement (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    agreement_id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    ceiling_cents BIGINT NOT NULL,
    hours_per_client_month TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, agb, year)
);
CREATE INDEX agreement_of_year ON agreement (office, year, agb);

CREATE TABLE agreement_tariff (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    product TEXT NOT NULL,
    unit TEXT NOT NULL,
    tariff_cents BIGINT NOT NULL,
    PRIMARY KEY (office, agb, year, product),
    FOREIGN KEY (office, agb, year) REFERENCES agreement (office, agb, year)
);

-- How far ceilings are used (HOM-05). Taking a provider's rows (by writing version) puts its files in order; the
-- check is the last of three guards that nothing goes over a ceiling.
CREATE TABLE ceiling (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    ceiling_cents BIGINT NOT NULL,
    spent_cents BIGINT NOT NULL,
    beyond_cents BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (office, agb, year),
    FOREIGN KEY (office, agb, year) REFERENCES agreement (office, agb, year),
    CHECK (spent_cents BETWEEN 0 AND ceiling_cents)
);
CREATE INDEX ceiling_of_year ON ceiling (office, year, agb);

-- Signals that were given about a ceiling, each once: the percentage of a share that was reached, or a word.
CREATE TABLE ceiling_signal (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    signal TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, agb, year, signal)
);

-- What was decided about a ceiling, and because of which file.
CREATE TABLE ceiling_decision (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    kind TEXT NOT NULL,
    file_id TEXT NOT NULL,
    beyond_cents BIGINT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, agb, year, decision_id)
);
