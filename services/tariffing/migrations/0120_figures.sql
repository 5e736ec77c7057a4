-- Annual figures of providers (TAR-13, TAR-15). Nothing is overwritten: a later import is a later version, and of a
-- provider and sector the line of the highest version holds. What the accounts don't state is NULL.
CREATE TABLE figures_table (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    version BIGINT NOT NULL,
    source TEXT NOT NULL,
    imported_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, version)
);

CREATE TABLE annual_figures (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    sector TEXT NOT NULL,
    version BIGINT NOT NULL,
    region TEXT,
    total_revenue_cents BIGINT,
    wlz_revenue_cents BIGINT,
    nhc_nic_cents BIGINT,
    result_cents BIGINT,
    personnel_cents BIGINT,
    pnil_cents BIGINT,
    overhead_cents BIGINT,
    absence TEXT,
    equity_cents BIGINT,
    current_assets_cents BIGINT,
    current_liabilities_cents BIGINT,
    total_assets_cents BIGINT,
    clients BIGINT,
    care_days BIGINT,
    treatment_days BIGINT,
    percentage TEXT,
    PRIMARY KEY (office, year, agb, sector, version),
    FOREIGN KEY (office, year, version) REFERENCES figures_table (office, year, version)
);

-- What budget approved, in sums that move as claim files are followed (TAR-15). No client is known here, by pseudonym
-- or otherwise. The sector is that of the product in the office's tables of tariffs; empty when they don't tell it.
CREATE TABLE approved_care (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    sector TEXT NOT NULL,
    product TEXT NOT NULL,
    unit TEXT NOT NULL,
    care_month TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    granted_cents BIGINT NOT NULL,
    PRIMARY KEY (office, year, agb, sector, product, unit, care_month)
);

-- How many clients got care in a month: all of them where care_profile is empty, those with a profile where it is not.
CREATE TABLE approved_clients (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    sector TEXT NOT NULL,
    care_profile TEXT NOT NULL,
    care_month TEXT NOT NULL,
    clients BIGINT NOT NULL,
    PRIMARY KEY (office, year, agb, sector, care_profile, care_month)
);
