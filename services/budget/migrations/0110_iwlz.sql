-- What iWlz messages said (BUD-05). Clients stand here by pseudonym, and their names and addresses nowhere.

-- One row per office. A transaction takes it first, so that messages are numbered in the order in which they are on
-- record and two about one client don't cross.
CREATE TABLE iwlz_office (
    office TEXT NOT NULL PRIMARY KEY,
    messages BIGINT NOT NULL
);

-- Messages that were accepted; a wrong one leaves no trace.
CREATE TABLE iwlz_message (
    office TEXT NOT NULL,
    number BIGINT NOT NULL,
    message_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    identification TEXT NOT NULL,
    office_code TEXT NOT NULL,
    agb TEXT NOT NULL,
    sent_date DATE NOT NULL,
    sha256 BYTEA NOT NULL,
    clients BIGINT NOT NULL,
    allocations BIGINT NOT NULL,
    starts BIGINT NOT NULL,
    mutations BIGINT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, number),
    UNIQUE (office, sender, identification)
);

-- Who a pseudonym is: the pseudonym under which that person was first named in a message. With one key they are the same;
-- each later key adds a row.
CREATE TABLE iwlz_client (
    office TEXT NOT NULL,
    client TEXT NOT NULL,
    person TEXT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (office, client)
);
CREATE INDEX iwlz_client_of_person ON iwlz_client (office, person);

-- Allocations (AW33). Of those with the same person, agb, decision_number, care and first_day the one decided last holds,
-- of those decided at the same moment the one recorded last.
CREATE TABLE allocation (
    office TEXT NOT NULL,
    number BIGINT NOT NULL,
    item BIGINT NOT NULL,
    person TEXT NOT NULL,
    -- empty where the client buys the care itself
    agb TEXT NOT NULL,
    decision_number BIGINT NOT NULL,
    -- one of the two is 0
    care_profile BIGINT NOT NULL,
    function_code BIGINT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE,
    office_code TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- by the office's clock, such as 2023-01-31T14:30:00: in the order of time as a text too
    decided TEXT NOT NULL,
    percentage BIGINT,
    withdrawal TEXT NOT NULL,
    nights TEXT NOT NULL,
    care_class TEXT NOT NULL,
    delivery_form TEXT NOT NULL,
    destination TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, number, item),
    FOREIGN KEY (office, number) REFERENCES iwlz_message (office, number)
);
CREATE INDEX allocation_of_person ON allocation (office, person);
CREATE INDEX allocation_of_provider ON allocation (office, agb);

-- Care that began (AW35).
CREATE TABLE care_start (
    office TEXT NOT NULL,
    number BIGINT NOT NULL,
    item BIGINT NOT NULL,
    person TEXT NOT NULL,
    agb TEXT NOT NULL,
    decision_number BIGINT NOT NULL,
    care_profile BIGINT NOT NULL,
    function_code BIGINT NOT NULL,
    allocated_from DATE NOT NULL,
    first_day DATE NOT NULL,
    nights TEXT NOT NULL,
    care_class TEXT NOT NULL,
    delivery_status TEXT NOT NULL,
    delivery_form TEXT NOT NULL,
    report_status TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, number, item),
    FOREIGN KEY (office, number) REFERENCES iwlz_message (office, number)
);
CREATE INDEX care_start_of_provider ON care_start (office, agb);
CREATE INDEX care_start_of_person ON care_start (office, person);

-- Care that changed or ended (AW39).
CREATE TABLE care_mutation (
    office TEXT NOT NULL,
    number BIGINT NOT NULL,
    item BIGINT NOT NULL,
    person TEXT NOT NULL,
    agb TEXT NOT NULL,
    decision_number BIGINT NOT NULL,
    care_profile BIGINT NOT NULL,
    function_code BIGINT NOT NULL,
    allocated_from DATE NOT NULL,
    first_day DATE,
    code TEXT NOT NULL,
    mutation_day DATE NOT NULL,
    delivery_status TEXT NOT NULL,
    delivery_form TEXT NOT NULL,
    destination TEXT NOT NULL,
    report_status TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, number, item),
    FOREIGN KEY (office, number) REFERENCES iwlz_message (office, number)
);
CREATE INDEX care_mutation_of_provider ON care_mutation (office, agb);
CREATE INDEX care_mutation_of_person ON care_mutation (office, person);

-- From an earlier pseudonym to the later ones.
CREATE INDEX client_link_by_earlier ON client_link (earlier);
