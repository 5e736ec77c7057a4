-- Cases about providers (SCR-07), as they are now. Whoever changes one takes its row first.
CREATE TABLE provider_case (
    case_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    state TEXT NOT NULL,
    -- JSON: how the provider was heard, what the case comes to, what was decided
    content TEXT NOT NULL,
    opened_time TIMESTAMPTZ NOT NULL,
    -- NULL until it is closed
    closed_time TIMESTAMPTZ
);
CREATE INDEX provider_case_of_office ON provider_case (office, case_id);
CREATE INDEX provider_case_of_provider ON provider_case (office, agb, case_id);
CREATE INDEX provider_case_closed ON provider_case (office, closed_time);

-- The signals of a case: a signal is in one case at most, so that nothing is claimed back twice.
CREATE TABLE case_signal (
    signal_id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES provider_case (case_id),
    position BIGINT NOT NULL,
    -- empty until it is assessed
    disposition TEXT NOT NULL,
    established_cents BIGINT NOT NULL,
    UNIQUE (case_id, position)
);

-- The steps of a case, each a decision.
CREATE TABLE case_move (
    case_id TEXT NOT NULL REFERENCES provider_case (case_id),
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    moved_by TEXT NOT NULL,
    moved_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (case_id, number)
);
