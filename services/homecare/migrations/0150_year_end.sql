-- The end of the year (HOM-09). Nothing of it is personal data: clients are counted, never named. What a claim was granted
-- for is in the claim lines, as long as these are kept; what was found of a year stays as the facts of its decision.

-- Which share of a provider's care subcontractors delivered: the highest version holds.
CREATE TABLE subcontracting_share (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    version BIGINT NOT NULL,
    share TEXT NOT NULL,
    source TEXT NOT NULL,
    source_day DATE NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, agb, year, version)
);
CREATE INDEX subcontracting_of_year ON subcontracting_share (office, year, agb);

-- Years that were closed, each once.
CREATE TABLE year_end (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    cut_off_time TIMESTAMPTZ NOT NULL,
    providers BIGINT NOT NULL,
    with_findings BIGINT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year)
);

CREATE TABLE year_end_entry (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    content TEXT NOT NULL,
    -- how much was breached or is not known
    findings BIGINT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    PRIMARY KEY (office, year, agb),
    FOREIGN KEY (office, year) REFERENCES year_end (office, year)
);

-- What is done about a provider on the list: the highest version holds.
CREATE TABLE year_end_decision (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    version BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    amount_cents BIGINT NOT NULL,
    motivation TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, agb, version),
    FOREIGN KEY (office, year, agb) REFERENCES year_end_entry (office, year, agb)
);
