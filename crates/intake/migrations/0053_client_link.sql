-- Which pseudonyms of earlier keys are the same client's. A row is added when a client is first seen under a new key
-- while an older one is still there; with one key there are none.
CREATE TABLE client_link (
    client TEXT NOT NULL,
    earlier TEXT NOT NULL,
    PRIMARY KEY (client, earlier)
);
