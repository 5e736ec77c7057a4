-- Whoever applies claim lines takes this row first, so that what budget and home care grant is compared one file after
-- the other, and of two lines granted at once neither misses the other.
CREATE TABLE turn (
    turn_id BIGINT NOT NULL PRIMARY KEY CHECK (turn_id = 1),
    files BIGINT NOT NULL
);
INSERT INTO turn (turn_id, files) VALUES (1, 0);

-- Granted debit lines of budget and home care. The key leads to the lines of a client.
CREATE TABLE claim (
    office TEXT NOT NULL,
    -- pseudonym; empty for a person without citizen service number
    client TEXT NOT NULL,
    product TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    granted_time TIMESTAMPTZ NOT NULL,
    service TEXT NOT NULL,
    file_id TEXT NOT NULL,
    detail_number BIGINT NOT NULL,
    agb TEXT NOT NULL,
    granted_cents BIGINT NOT NULL,
    reference TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    -- time unit, two digits
    unit TEXT NOT NULL,
    -- function of modular care, 0 for none
    function_code BIGINT NOT NULL,
    -- care profile of a package, 0 for none
    care_profile BIGINT NOT NULL,
    PRIMARY KEY (office, client, first_day, service, file_id, detail_number)
);
-- A month of a provider, its clients, and a line by its reference.
CREATE INDEX claim_of_provider ON claim (office, agb, first_day);
CREATE INDEX claim_by_reference ON claim (office, service, agb, reference);

-- The days of the longest line of an office: lines that meet began no further apart.
CREATE TABLE longest_line (office TEXT NOT NULL PRIMARY KEY, days BIGINT NOT NULL);

-- Clients and months of providers that are to be evaluated before the transaction that wrote them ends; empty otherwise.
-- Of a client the first days of the lines that came or went; NULL when all of it is looked at.
CREATE TABLE touched_client (client TEXT NOT NULL, first_day DATE);
CREATE INDEX touched_client_in_order ON touched_client (client);
CREATE TABLE touched_month (agb TEXT NOT NULL, month DATE NOT NULL);
CREATE INDEX touched_month_in_order ON touched_month (agb, month);

-- Credits of such lines, by the line they take back: a line is taken back once.
CREATE TABLE credit (
    office TEXT NOT NULL,
    service TEXT NOT NULL,
    agb TEXT NOT NULL,
    reference TEXT NOT NULL,
    file_id TEXT NOT NULL,
    detail_number BIGINT NOT NULL,
    credited_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, service, agb, reference)
);

-- Signals as they were raised (SCR-04).
CREATE TABLE signal (
    signal_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- empty where it is in no line
    agb TEXT NOT NULL,
    -- pseudonym; empty where it is about a month of a provider
    client TEXT NOT NULL,
    product TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    at_stake_cents BIGINT NOT NULL,
    -- what the finding is known by, and what it says
    finding_key TEXT NOT NULL,
    digest TEXT NOT NULL,
    -- ids of the facts it rests on, apart by spaces
    fact_ids TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    raised_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX signal_of_office ON signal (office, signal_id);
CREATE INDEX signal_of_client ON signal (office, client, agb);

-- The lines that are evidence of a signal, as they were when it was raised.
CREATE TABLE evidence (
    signal_id TEXT NOT NULL REFERENCES signal (signal_id),
    position BIGINT NOT NULL,
    office TEXT NOT NULL,
    service TEXT NOT NULL,
    file_id TEXT NOT NULL,
    detail_number BIGINT NOT NULL,
    agb TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    granted_cents BIGINT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (signal_id, position)
);
CREATE INDEX evidence_by_line ON evidence (office, service, agb, reference);
CREATE INDEX evidence_of_provider ON evidence (office, agb, signal_id);

-- Signals that stand no more.
CREATE TABLE withdrawal (
    signal_id TEXT NOT NULL PRIMARY KEY REFERENCES signal (signal_id),
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    withdrawn_time TIMESTAMPTZ NOT NULL
);
