-- Offers with a ceiling (HOM-04). What is offered never changes; that an open one lapsed follows from the time.
CREATE TABLE ceiling_offer (
    offer_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    terms TEXT NOT NULL,
    state TEXT NOT NULL,
    respond_from TIMESTAMPTZ,
    respond_until TIMESTAMPTZ,
    accept_until TIMESTAMPTZ,
    response TEXT NOT NULL,
    agreement_id TEXT REFERENCES agreement (agreement_id),
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    recorded_time TIMESTAMPTZ NOT NULL,
    UNIQUE (office, agb, year, number)
);
CREATE INDEX ceiling_offer_of_year ON ceiling_offer (office, year, offer_id);
-- At most one offer of a provider's year is open.
CREATE UNIQUE INDEX ceiling_offer_open ON ceiling_offer (office, agb, year) WHERE state = 'open';

-- Who was decided to get no offer, and why.
CREATE TABLE offer_refusal (
    decision_id TEXT NOT NULL PRIMARY KEY REFERENCES decision (decision_id),
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    reason TEXT NOT NULL,
    missing TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX offer_refusal_of_year ON offer_refusal (office, year, decision_id);
