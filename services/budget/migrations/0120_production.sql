-- Production (BUD-05) by provider, product, month of care and unit: what was submitted, and what of it was approved (debit
-- lines granted), credited (taken back, as positive figures) and refused. Amounts submitted and refused are net of
-- credit lines. Production as the rules count it is what was approved less what was credited.

-- What each file added, kept for good: what was known at a moment is the sum of what was recorded until then, also when
-- the lines themselves are gone. Without personal data, and as many rows as a file has products and months.
CREATE TABLE production_entry (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    product TEXT NOT NULL,
    care_month TEXT NOT NULL,
    unit TEXT NOT NULL,
    file_id TEXT NOT NULL,
    submitted_lines BIGINT NOT NULL,
    submitted_quantity BIGINT NOT NULL,
    submitted_cents BIGINT NOT NULL,
    approved_lines BIGINT NOT NULL,
    approved_quantity BIGINT NOT NULL,
    approved_cents BIGINT NOT NULL,
    credited_lines BIGINT NOT NULL,
    credited_quantity BIGINT NOT NULL,
    credited_cents BIGINT NOT NULL,
    refused_lines BIGINT NOT NULL,
    refused_quantity BIGINT NOT NULL,
    refused_cents BIGINT NOT NULL,
    received_date DATE NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, agb, product, care_month, unit, file_id)
);

-- The sums of those entries as they are now. A provider that files every week, and takes back and claims again, has
-- several entries for each of its months; budgets, forecasts and the use of the room read all months of all providers.
CREATE TABLE production (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    product TEXT NOT NULL,
    care_month TEXT NOT NULL,
    unit TEXT NOT NULL,
    submitted_lines BIGINT NOT NULL,
    submitted_quantity BIGINT NOT NULL,
    submitted_cents BIGINT NOT NULL,
    approved_lines BIGINT NOT NULL,
    approved_quantity BIGINT NOT NULL,
    approved_cents BIGINT NOT NULL,
    credited_lines BIGINT NOT NULL,
    credited_quantity BIGINT NOT NULL,
    credited_cents BIGINT NOT NULL,
    refused_lines BIGINT NOT NULL,
    refused_quantity BIGINT NOT NULL,
    refused_cents BIGINT NOT NULL,
    PRIMARY KEY (office, year, agb, product, care_month, unit)
);

-- The refused lines of each file by the first code of their return. Product, month and unit are empty, and the year is
-- that of the file's period, for lines in which product or days can't be read.
CREATE TABLE refusal_entry (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    product TEXT NOT NULL,
    care_month TEXT NOT NULL,
    unit TEXT NOT NULL,
    return_code TEXT NOT NULL,
    file_id TEXT NOT NULL,
    refused_lines BIGINT NOT NULL,
    refused_quantity BIGINT NOT NULL,
    refused_cents BIGINT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, agb, product, care_month, unit, return_code, file_id)
);

-- Years closed for a provider (BUD-11): nothing granted or credited after that changes their production.
CREATE TABLE closed_year (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    closed_time TIMESTAMPTZ NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    PRIMARY KEY (office, agb, year)
);

-- What was granted and credited of such a year after that, by the file that brought it: the correction list. Has no part
-- in production.
CREATE TABLE correction (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    product TEXT NOT NULL,
    care_month TEXT NOT NULL,
    unit TEXT NOT NULL,
    file_id TEXT NOT NULL,
    submitted_lines BIGINT NOT NULL,
    submitted_quantity BIGINT NOT NULL,
    submitted_cents BIGINT NOT NULL,
    approved_lines BIGINT NOT NULL,
    approved_quantity BIGINT NOT NULL,
    approved_cents BIGINT NOT NULL,
    credited_lines BIGINT NOT NULL,
    credited_quantity BIGINT NOT NULL,
    credited_cents BIGINT NOT NULL,
    received_date DATE NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, agb, product, care_month, unit, file_id)
);
