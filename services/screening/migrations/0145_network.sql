-- What connects providers (SCR-06), as it came in. Of statements about the same thing the latest counts.
CREATE TABLE link (
    link_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    -- person, nurse, ubo, address, account or successor
    kind TEXT NOT NULL,
    -- pseudonym of a person, address or account; AGB code of a successor
    node TEXT NOT NULL,
    -- pseudonyms that older keys make of the same, from newer to older, apart by spaces
    earlier TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE,
    withdrawn BOOLEAN NOT NULL,
    source TEXT NOT NULL,
    import_id TEXT NOT NULL,
    row_number BIGINT NOT NULL,
    stated_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX link_of_office ON link (office, link_id);
CREATE INDEX link_of_import ON link (office, import_id);

-- Files of links.
CREATE TABLE link_import (
    import_id TEXT NOT NULL PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    office TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    file_rows BIGINT NOT NULL,
    -- how many providers it is about
    providers BIGINT NOT NULL,
    imported_by TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX link_import_of_office ON link_import (office, import_id);

-- Offices whose network changed and was not looked at since.
CREATE TABLE network_mark (
    office TEXT NOT NULL PRIMARY KEY,
    changes BIGINT NOT NULL
);
