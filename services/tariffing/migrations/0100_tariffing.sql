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

-- Agreed percentages (TAR-10). A change is a later version; the earlier ones stay as they were.
CREATE TABLE agreed_percentage (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    sector TEXT NOT NULL,
    version BIGINT NOT NULL,
    percentage TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    agreed_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, agb, sector, version)
);
