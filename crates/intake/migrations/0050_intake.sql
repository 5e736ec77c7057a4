-- Claim files and their lines. One text for both engines.

-- One row per party that is paid or claims. A transaction takes its row first, so that the files of one party are
-- decided one after the other and those of others at the same time.
CREATE TABLE claim_sender (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    files BIGINT NOT NULL,
    PRIMARY KEY (office, agb)
);

-- Files that were accepted; a rejected one leaves no trace.
CREATE TABLE claim_file (
    office TEXT NOT NULL,
    file_id TEXT NOT NULL,
    agb TEXT NOT NULL,
    -- which of the provider's files this is; short, since every line repeats it
    file_number BIGINT NOT NULL,
    payee_agb TEXT NOT NULL,
    message_code BIGINT NOT NULL,
    invoice_number TEXT NOT NULL,
    invoice_date DATE NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    sha256 BYTEA NOT NULL,
    insurer_reference TEXT NOT NULL,
    lines BIGINT NOT NULL,
    granted_lines BIGINT NOT NULL,
    submitted_cents BIGINT NOT NULL,
    granted_cents BIGINT NOT NULL,
    received_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, file_id),
    UNIQUE (office, payee_agb, invoice_number)
);
CREATE INDEX claim_file_by_id ON claim_file (file_id);

-- The lines of those files and what became of them. Bulk: narrow rows, few indexes.
--
-- No two indexes that one query can use begin with the same columns: while a file is being stored PostgreSQL has no
-- statistics on its lines, takes any prefix for selective, and reads all lines of a provider where it should have looked
-- up one. The partial ones begin with the provider, each under a condition that only its own query states: what a file
-- touches then lies together, also when the table has become much larger than memory.
CREATE TABLE claim_line (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    file_number BIGINT NOT NULL,
    detail_number BIGINT NOT NULL,
    -- pseudonym; empty for a person without citizen service number
    client TEXT NOT NULL,
    product TEXT NOT NULL,
    function_code BIGINT NOT NULL,
    care_profile BIGINT NOT NULL,
    -- empty only on a refused line, whose dates may be none
    first_day DATE,
    last_day DATE,
    quantity BIGINT NOT NULL,
    time_unit BIGINT NOT NULL,
    tariff_cents BIGINT NOT NULL,
    claimed_cents BIGINT NOT NULL,
    granted_cents BIGINT NOT NULL,
    -- 0 refused, 1 debit granted, 2 credit granted
    outcome BIGINT NOT NULL,
    -- 1 on a granted debit line whose days a client can be granted once
    days_once BIGINT NOT NULL,
    reference TEXT NOT NULL,
    previous_reference TEXT NOT NULL,
    -- return codes with spaces between them; empty when granted in full
    codes TEXT NOT NULL,
    PRIMARY KEY (file_number, agb, office, detail_number)
);
-- A reference is used once, but that of a refused line may come again.
CREATE UNIQUE INDEX claim_line_granted ON claim_line (agb, reference, office) WHERE outcome > 0;
-- A debit line is taken back once.
CREATE UNIQUE INDEX claim_line_taken_back ON claim_line (agb, previous_reference, office) WHERE outcome = 2;

-- On which days a client was granted a product. By the last day, since most lines are of a month later than all before:
-- what ended before them is passed over.
CREATE INDEX claim_line_days ON claim_line (agb, client, product, last_day) WHERE days_once = 1;

-- Codes on insured and comment records, where there were any, so that the same file again gets the same return.
CREATE TABLE claim_remark (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    file_number BIGINT NOT NULL,
    record_number BIGINT NOT NULL,
    codes TEXT NOT NULL,
    PRIMARY KEY (file_number, agb, office, record_number)
);
