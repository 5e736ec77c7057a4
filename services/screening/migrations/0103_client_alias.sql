-- Pseudonyms of other keys that are the same client's. A client's lines are kept under one of its pseudonyms; the others
-- lead to it, one step or more. Without a change of keys there are none.
CREATE TABLE client_alias (
    office TEXT NOT NULL,
    pseudonym TEXT NOT NULL,
    client TEXT NOT NULL,
    PRIMARY KEY (office, pseudonym)
);
CREATE INDEX client_alias_of_client ON client_alias (office, client);
