-- Tables that every service has. One text for both engines.

-- Requests made, so that one made twice is carried out once.
CREATE TABLE request (
    request_id TEXT NOT NULL PRIMARY KEY,
    method TEXT NOT NULL,
    payload_sha256 BYTEA NOT NULL,
    reply BYTEA,
    begun_time TIMESTAMPTZ NOT NULL
);

-- One row: the last numbers given out. Updated last in a transaction, see the feed module.
CREATE TABLE commit_counter (
    counter_id BIGINT NOT NULL PRIMARY KEY CHECK (counter_id = 1),
    last_feed BIGINT NOT NULL,
    last_audit BIGINT NOT NULL
);
INSERT INTO commit_counter (counter_id, last_feed, last_audit) VALUES (1, 0, 0);

-- What other services learn.
CREATE TABLE feed (
    sequence BIGINT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload BYTEA NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL
);

-- How far this service has followed another's feed.
CREATE TABLE feed_cursor (
    feed TEXT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    as_of_time TIMESTAMPTZ NOT NULL
);

-- Who does a job of which only one replica may do it.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    expires_time TIMESTAMPTZ NOT NULL
);

-- Who did what (NEN 7513).
CREATE TABLE audit (
    sequence BIGINT NOT NULL PRIMARY KEY,
    event_time TIMESTAMPTZ NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('C', 'R', 'U', 'D', 'E')),
    event_code TEXT NOT NULL,
    object_type TEXT NOT NULL,
    object_id TEXT NOT NULL,
    office TEXT NOT NULL,
    request_id TEXT,
    detail TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL
);

-- Rule files as they were, by the SHA-256 of their content.
CREATE TABLE rule_set (
    sha256 BYTEA NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL
);

-- Decisions with all that is needed to explain and replay them.
CREATE TABLE decision (
    decision_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    decided_time TIMESTAMPTZ NOT NULL,
    rules_sha256 BYTEA NOT NULL REFERENCES rule_set (sha256),
    facts TEXT NOT NULL,
    facts_sha256 BYTEA NOT NULL,
    explanation BYTEA NOT NULL
);
CREATE INDEX decision_by_subject ON decision (office, kind, subject, decided_time);
