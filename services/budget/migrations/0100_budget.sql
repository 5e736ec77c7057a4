-- The contract room of an office and year. Taking its row (by writing version) puts all decisions on that year in order.
CREATE TABLE room (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    regions TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (office, year)
);

-- The ledger (BUD-14): what changed where the money of a year is, and why. The postings of an entry add up to nothing.
CREATE TABLE ledger_entry (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    entry_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    day DATE NOT NULL,
    motivation TEXT NOT NULL,
    decision_id TEXT REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, entry_id)
);

CREATE TABLE ledger_posting (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    entry_id TEXT NOT NULL,
    place BIGINT NOT NULL,
    lot TEXT NOT NULL,
    account TEXT NOT NULL,
    -- empty for an account of no provider
    agb TEXT NOT NULL,
    cents BIGINT NOT NULL,
    -- those of the entry, so that a question about the past reads one table
    day DATE NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, entry_id, place),
    FOREIGN KEY (office, year, entry_id) REFERENCES ledger_entry (office, year, entry_id)
);

-- What the postings add up to now. That no account is on the wrong side is checked before; here once more.
CREATE TABLE ledger_balance (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    account TEXT NOT NULL,
    lot TEXT NOT NULL,
    cents BIGINT NOT NULL,
    PRIMARY KEY (office, year, agb, account, lot),
    CHECK (CASE
        WHEN account IN ('reserve', 'agreed', 'free', 'advance') THEN cents >= 0
        WHEN account IN ('room', 'shortage') THEN cents <= 0
        ELSE account IN ('paid', 'settled')
    END)
);

-- Base production that was entered (BUD-03); a later version of the same provider and kind replaces the earlier.
CREATE TABLE base_production (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    motivation TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, agb, kind, version)
);

CREATE TABLE base_volume (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    product TEXT NOT NULL,
    volume TEXT NOT NULL,
    PRIMARY KEY (office, year, agb, kind, version, product),
    FOREIGN KEY (office, year, agb, kind, version) REFERENCES base_production (office, year, agb, kind, version)
);

-- Budgets (BUD-04, BUD-07): how the newest came about; how much it is now stands in the ledger. The highest version holds.
CREATE TABLE budget (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    version BIGINT NOT NULL,
    base_cents BIGINT NOT NULL,
    scaled_cents BIGINT NOT NULL,
    filed_cents BIGINT NOT NULL,
    products TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, agb, version)
);

-- Forecasts (BUD-06), for the click and for the reallocation: the highest version holds.
CREATE TABLE forecast (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    round TEXT NOT NULL,
    agb TEXT NOT NULL,
    version BIGINT NOT NULL,
    office_cents BIGINT NOT NULL,
    provider_cents BIGINT,
    holding_cents BIGINT NOT NULL CHECK (holding_cents >= 0),
    -- by product, in proportions that hold for all three
    products TEXT NOT NULL,
    state TEXT NOT NULL,
    answer_due_date DATE NOT NULL,
    motivation TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, round, agb, version)
);

-- Affordability agreements (BUD-15): the highest version holds; one that says neither has ended.
CREATE TABLE affordability (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    version BIGINT NOT NULL,
    budget_cents BIGINT,
    tariff_percentage TEXT,
    motivation TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, agb, version)
);

-- Rounds with what they are computed from, frozen at a cut-off; simulations of them; and the one of a year and kind that
-- was committed.
CREATE TABLE budget_round (
    round_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    kind TEXT NOT NULL,
    cut_off_time TIMESTAMPTZ NOT NULL,
    inputs TEXT NOT NULL,
    inputs_sha256 BYTEA NOT NULL,
    providers BIGINT NOT NULL,
    opened_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX budget_round_of_year ON budget_round (office, year, round_id);

CREATE TABLE simulation (
    simulation_id TEXT NOT NULL PRIMARY KEY,
    round_id TEXT NOT NULL REFERENCES budget_round (round_id),
    number BIGINT NOT NULL,
    choices TEXT NOT NULL,
    outcome TEXT NOT NULL,
    made_time TIMESTAMPTZ NOT NULL,
    UNIQUE (round_id, number)
);

CREATE TABLE round_commitment (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    kind TEXT NOT NULL,
    round_id TEXT NOT NULL REFERENCES budget_round (round_id),
    simulation_id TEXT NOT NULL REFERENCES simulation (simulation_id),
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    committed_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, kind)
);

-- The decision on each provider in a committed round.
CREATE TABLE round_decision (
    round_id TEXT NOT NULL REFERENCES budget_round (round_id),
    agb TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    PRIMARY KEY (round_id, agb)
);

-- What registration made known: agreements under the Wlz.
CREATE TABLE agreement (
    agreement_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    sector TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE,
    products TEXT NOT NULL,
    -- empty for one that was recorded without
    region TEXT NOT NULL
);
CREATE INDEX agreement_of_provider ON agreement (office, agb);

-- What tariffing made known: the tariffs of a provider, those agreed last.
CREATE TABLE tariff (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    sector TEXT NOT NULL,
    product TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    unit TEXT NOT NULL,
    tariff_cents BIGINT NOT NULL,
    PRIMARY KEY (office, agb, year, sector, product, first_day)
);
