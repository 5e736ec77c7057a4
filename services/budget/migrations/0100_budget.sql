-- The contract room of an office and year. Taking its row (by writing version) puts all decisions on that year in order.
CREATE TABLE room (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    regions TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (office, year)
);

-- Every change of the room and of its reserve (BUD-01, BUD-02); the room at a moment is the sum of what was recorded
-- until then.
CREATE TABLE room_entry (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    lot TEXT NOT NULL,
    kind TEXT NOT NULL,
    room_cents BIGINT NOT NULL,
    reserve_cents BIGINT NOT NULL,
    motivation TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, number),
    FOREIGN KEY (office, year) REFERENCES room (office, year)
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

-- Budgets (BUD-04, BUD-07): the highest version holds.
CREATE TABLE budget (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    version BIGINT NOT NULL,
    base_cents BIGINT NOT NULL,
    scaled_cents BIGINT NOT NULL,
    filed_cents BIGINT NOT NULL,
    current_cents BIGINT NOT NULL CHECK (current_cents >= 0),
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, agb, version)
);

-- Forecasts (BUD-06): the highest version holds.
CREATE TABLE forecast (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    version BIGINT NOT NULL,
    office_cents BIGINT NOT NULL,
    provider_cents BIGINT,
    holding_cents BIGINT NOT NULL CHECK (holding_cents >= 0),
    state TEXT NOT NULL,
    answer_due_date DATE NOT NULL,
    motivation TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, agb, version)
);

-- The click of a year: at most one (BUD-07).
CREATE TABLE click (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    answer BYTEA NOT NULL,
    committed_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year)
);

-- What registration made known: agreements under the Wlz.
CREATE TABLE agreement (
    agreement_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    sector TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE,
    products TEXT NOT NULL
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
