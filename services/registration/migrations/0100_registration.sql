-- Providers, by their AGB code.
CREATE TABLE provider (
    agb TEXT NOT NULL PRIMARY KEY,
    versions BIGINT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL
);

-- What a provider was called and which legal entity it was, from when.
CREATE TABLE provider_version (
    agb TEXT NOT NULL REFERENCES provider (agb),
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    kvk TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (agb, version)
);

-- Purchasing rounds. Their calendars are in the rule files (REG-05), so that a correction there holds at once.
CREATE TABLE purchase_round (
    round_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    sector TEXT NOT NULL,
    year BIGINT NOT NULL,
    opened_time TIMESTAMPTZ NOT NULL,
    UNIQUE (office, sector, year)
);

-- Registrations, from a draft on. Only the state moves; whoever decides on one writes it first, so that of two decisions
-- at once the second sees what the first one did. `version` is the number of its newest content, `assessments` that of
-- its newest assessment.
CREATE TABLE registration (
    registration_id TEXT NOT NULL PRIMARY KEY,
    round_id TEXT NOT NULL REFERENCES purchase_round (round_id),
    agb TEXT NOT NULL REFERENCES provider (agb),
    procedure TEXT NOT NULL,
    begun_time TIMESTAMPTZ NOT NULL,
    received_time TIMESTAMPTZ,
    state TEXT NOT NULL CHECK (state IN (
        'draft', 'submitted', 'in_assessment', 'admissible', 'not_considered', 'rejected', 'awarded'
    )),
    version BIGINT NOT NULL,
    assessments BIGINT NOT NULL,
    UNIQUE (round_id, agb, procedure)
);
CREATE INDEX registration_by_round ON registration (round_id, registration_id);

-- What a registration says, as JSON: it is written and read whole.
CREATE TABLE registration_content (
    registration_id TEXT NOT NULL REFERENCES registration (registration_id),
    version BIGINT NOT NULL,
    content TEXT NOT NULL,
    saved_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (registration_id, version)
);

-- What was decided on a registration; more than once when it had to wait.
CREATE TABLE assessment (
    registration_id TEXT NOT NULL REFERENCES registration (registration_id),
    number BIGINT NOT NULL,
    category TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    assessed_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (registration_id, number)
);

-- What an assessment says: reasons, signals and what it waits for.
CREATE TABLE assessment_line (
    registration_id TEXT NOT NULL REFERENCES registration (registration_id),
    number BIGINT NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reason', 'signal', 'wait')),
    rule TEXT NOT NULL,
    code TEXT NOT NULL,
    subject TEXT NOT NULL,
    ground TEXT NOT NULL,
    PRIMARY KEY (registration_id, number, position)
);

-- What the office asked to clarify, with the answer once there is one.
CREATE TABLE clarification (
    clarification_id TEXT NOT NULL PRIMARY KEY,
    registration_id TEXT NOT NULL REFERENCES registration (registration_id),
    concerns TEXT NOT NULL,
    question TEXT NOT NULL,
    motivation TEXT NOT NULL,
    asked_time TIMESTAMPTZ NOT NULL,
    due_time TIMESTAMPTZ NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    answered_time TIMESTAMPTZ,
    supplement TEXT
);
CREATE INDEX clarification_by_registration ON clarification (registration_id, clarification_id);

-- What the office looked into: documents reviewed, judgements, interviews, integrity tests. A newer one of the same kind
-- and subject holds instead of an older one; all are kept.
CREATE TABLE inquiry (
    registration_id TEXT NOT NULL REFERENCES registration (registration_id),
    number BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('review', 'judgement', 'interview', 'integrity')),
    subject TEXT NOT NULL,
    found TEXT NOT NULL,
    motivation TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (registration_id, number)
);

-- What was awarded on a registration, as JSON, with the decision.
CREATE TABLE award (
    registration_id TEXT NOT NULL PRIMARY KEY REFERENCES registration (registration_id),
    award TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    announced_time TIMESTAMPTZ NOT NULL
);

-- Agreements, concluded here or recorded from elsewhere, as they are now. What they were is in agreement_terms.
CREATE TABLE agreement (
    agreement_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    sector TEXT NOT NULL,
    agb TEXT NOT NULL REFERENCES provider (agb),
    region TEXT,
    first_day DATE NOT NULL,
    last_day DATE,
    claiming_since DATE,
    extended BOOLEAN NOT NULL,
    conditional BOOLEAN NOT NULL,
    extension_day DATE,
    products TEXT NOT NULL,
    modules TEXT NOT NULL,
    registration_id TEXT UNIQUE REFERENCES registration (registration_id),
    recorded_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX agreement_by_office ON agreement (office, agreement_id);
CREATE INDEX agreement_by_provider ON agreement (agb, office);

CREATE TABLE agreement_terms (
    agreement_id TEXT NOT NULL REFERENCES agreement (agreement_id),
    number BIGINT NOT NULL,
    terms TEXT NOT NULL,
    motivation TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (agreement_id, number)
);

-- Offers on an award. At most one of a registration is the newest that was accepted.
CREATE TABLE offer (
    offer_id TEXT NOT NULL PRIMARY KEY,
    registration_id TEXT NOT NULL REFERENCES registration (registration_id),
    number BIGINT NOT NULL,
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    terms TEXT NOT NULL,
    sent_time TIMESTAMPTZ NOT NULL,
    respond_until TIMESTAMPTZ,
    accept_until TIMESTAMPTZ,
    negotiable BOOLEAN NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'lapsed', 'replaced')),
    response TEXT NOT NULL,
    accepted_time TIMESTAMPTZ,
    agreement_id TEXT REFERENCES agreement (agreement_id),
    UNIQUE (registration_id, number)
);
CREATE INDEX offer_by_office ON offer (office, offer_id);

-- What is due. The clock misses what is open and past, once; whoever does it closes it.
CREATE TABLE duty (
    duty_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    rule TEXT NOT NULL,
    code TEXT NOT NULL,
    due_time TIMESTAMPTZ NOT NULL,
    text_nl TEXT NOT NULL,
    text_en TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'met', 'missed', 'met_late', 'withdrawn')),
    met_time TIMESTAMPTZ,
    evidence TEXT NOT NULL
);
CREATE INDEX duty_by_office ON duty (office, due_time, duty_id);
CREATE INDEX duty_by_subject ON duty (subject, kind);
CREATE INDEX duty_open ON duty (due_time) WHERE state = 'open';

-- Questions, objections and hardship requests.
CREATE TABLE appeal (
    appeal_id TEXT NOT NULL PRIMARY KEY,
    round_id TEXT NOT NULL REFERENCES purchase_round (round_id),
    agb TEXT NOT NULL REFERENCES provider (agb),
    kind TEXT NOT NULL,
    part TEXT NOT NULL,
    content TEXT NOT NULL,
    filed_time TIMESTAMPTZ NOT NULL,
    proceedings_day DATE,
    until_time TIMESTAMPTZ,
    answer_day DATE,
    waits_for_judge BOOLEAN NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    state TEXT NOT NULL CHECK (state IN ('open', 'not_considered', 'upheld', 'dismissed')),
    answer TEXT NOT NULL
);
CREATE INDEX appeal_by_round ON appeal (round_id, agb, kind);

-- Subcontractors that were reported under an agreement.
CREATE TABLE subcontractor (
    subcontractor_id TEXT NOT NULL PRIMARY KEY,
    agreement_id TEXT NOT NULL REFERENCES agreement (agreement_id),
    subcontractor TEXT NOT NULL,
    whole_package BOOLEAN NOT NULL,
    reported_time TIMESTAMPTZ NOT NULL,
    due_time TIMESTAMPTZ,
    by_silence TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decision (decision_id),
    state TEXT NOT NULL,
    motivation TEXT NOT NULL
);
CREATE INDEX subcontractor_by_agreement ON subcontractor (agreement_id, subcontractor_id);

-- Contents of documents that were uploaded: of whom, under which fingerprint. The bytes are in the object store.
CREATE TABLE document_content (
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    uploaded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, agb, content_sha256)
);
