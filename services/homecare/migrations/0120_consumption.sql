-- What each file did to a ceiling and what else changed it (HOM-05), kept for good: how far it was used at a moment is the
-- sum of what was recorded until then. Everything is a change: the first entry is that of the agreement, with the whole
-- ceiling; what raises a ceiling adds an entry with the difference. Without personal data.
CREATE TABLE ceiling_entry (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    source_id TEXT NOT NULL,
    ceiling_cents BIGINT NOT NULL,
    spent_cents BIGINT NOT NULL,
    beyond_cents BIGINT NOT NULL,
    clients BIGINT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, agb, year, source_id)
);
CREATE INDEX ceiling_entry_of_year ON ceiling_entry (office, year, agb);

-- The same by month of care (1 to 12): what was granted, minutes of care, and by how many the clients of that month grew or
-- shrank. Credits are taken off.
CREATE TABLE care_month_entry (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    month BIGINT NOT NULL,
    file_id TEXT NOT NULL,
    granted_cents BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    client_months BIGINT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, agb, year, month, file_id)
);

-- Per client and month of care: lines of which anything is granted, their minutes of care and what is granted; credits are
-- taken off. Derived from the claim lines, kept so that clients need not be counted again for every file.
CREATE TABLE ceiling_client (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    client TEXT NOT NULL,
    month BIGINT NOT NULL,
    lines BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    granted_cents BIGINT NOT NULL,
    PRIMARY KEY (office, agb, year, client, month)
);
