-- Tariffs of home care (TAR-11, TAR-22). Nothing is overwritten: on a day the highest version holds that has begun.
CREATE TABLE home_care_tariff (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    version BIGINT NOT NULL,
    region TEXT NOT NULL,
    first_day DATE NOT NULL,
    terms TEXT NOT NULL,
    integral_cents BIGINT NOT NULL CHECK (integral_cents > 0),
    surcharge_cents BIGINT NOT NULL CHECK (surcharge_cents >= 0),
    reduction_cents BIGINT NOT NULL CHECK (reduction_cents >= 0),
    tariff_cents BIGINT NOT NULL CHECK (tariff_cents = integral_cents + surcharge_cents),
    basis TEXT NOT NULL CHECK (basis IN ('agreed', 'uplift', 'night_care', 'anders_werken')),
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, agb, version)
);

-- The module for working differently (anders werken) and its surcharge per hour, once a letter states it.
CREATE TABLE anders_werken (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    version BIGINT NOT NULL,
    awarded BOOLEAN NOT NULL,
    surcharge_cents BIGINT CHECK (surcharge_cents >= 0),
    letter TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, agb, version)
);

-- Night care of regions (onplanbare nachtzorg) as it was settled; the last version holds.
CREATE TABLE night_care (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    region TEXT NOT NULL,
    version BIGINT NOT NULL,
    settlement TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, region, version)
);

-- Offers with a raised index, by number within the provider's year; a later one comes in place of an earlier.
CREATE TABLE uplift_offer (
    offer_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    agb TEXT NOT NULL,
    number BIGINT NOT NULL,
    terms TEXT NOT NULL,
    tariff_cents BIGINT NOT NULL,
    earlier TEXT NOT NULL,
    sent_time TIMESTAMPTZ NOT NULL,
    accept_until TIMESTAMPTZ NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    UNIQUE (office, year, agb, number)
);

CREATE TABLE uplift_acceptance (
    offer_id TEXT NOT NULL PRIMARY KEY REFERENCES uplift_offer (offer_id),
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    accepted_time TIMESTAMPTZ NOT NULL
);

-- One row per office and year, written first by whoever changes its tariffs: the next one waits here.
CREATE TABLE home_care_year (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    writes BIGINT NOT NULL,
    PRIMARY KEY (office, year)
);
