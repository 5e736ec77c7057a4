-- Tables of maximum tariffs (TAR-02). Nothing is overwritten: a later import is a later version, and for a care date
-- the row of the highest version that covers it holds.
CREATE TABLE tariff_table (
    office TEXT NOT NULL,
    version BIGINT NOT NULL,
    source TEXT NOT NULL,
    imported_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, version)
);

CREATE TABLE maximum_tariff (
    office TEXT NOT NULL,
    product TEXT NOT NULL,
    version BIGINT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE,
    name TEXT NOT NULL,
    sector TEXT NOT NULL,
    delivery_form TEXT NOT NULL,
    unit TEXT NOT NULL,
    maximum_cents BIGINT NOT NULL CHECK (maximum_cents >= 0),
    nhc_cents BIGINT NOT NULL CHECK (nhc_cents >= 0),
    nic_cents BIGINT NOT NULL CHECK (nic_cents >= 0),
    PRIMARY KEY (office, product, version, first_day),
    FOREIGN KEY (office, version) REFERENCES tariff_table (office, version)
);

-- Agreed percentages (TAR-10). A change is a later version, which holds from its first day on; the earlier ones stay as
-- they were. The delivery forms with a percentage of their own (TAR-21) are a JSON object.
CREATE TABLE agreed_percentage (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    sector TEXT NOT NULL,
    version BIGINT NOT NULL,
    from_day DATE NOT NULL,
    percentage TEXT NOT NULL,
    forms TEXT NOT NULL,
    basis TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    agreed_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, agb, sector, version)
);

-- What is on record of a provider for a year beside that. A later row of the same kind and name replaces an earlier one.
CREATE TABLE finding (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    sector TEXT NOT NULL,
    place BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    finding TEXT NOT NULL,
    motivation TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, agb, sector, place)
);

-- Things about a provider that change while they last: proposals and the results agreed. Every change is a later version
-- of the whole; the newest one holds.
CREATE TABLE dossier (
    dossier_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    sector TEXT NOT NULL,
    content TEXT NOT NULL,
    decision_id TEXT,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (dossier_id, version)
);

CREATE INDEX dossier_of_year ON dossier (kind, office, year, dossier_id, version);
