-- Rule files that are tried beside the live ones: one set at a time for an office.
CREATE TABLE shadow (
    office TEXT NOT NULL PRIMARY KEY,
    shadow_id TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_time TIMESTAMPTZ NOT NULL,
    -- archive of the rule files
    rules TEXT NOT NULL
);

-- What the shadow found last of a client, or of a month of a provider. No signals: nobody is shown them as such.
CREATE TABLE shadow_finding (
    office TEXT NOT NULL,
    finding_key TEXT NOT NULL,
    rule TEXT NOT NULL,
    client TEXT NOT NULL,
    agb TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    at_stake_cents BIGINT NOT NULL,
    -- references of the lines, or what it is about, apart by spaces
    lines TEXT NOT NULL
);
CREATE INDEX shadow_finding_of_client ON shadow_finding (office, client, agb, first_day);
CREATE INDEX shadow_finding_by_key ON shadow_finding (office, finding_key);
CREATE INDEX signal_by_finding ON signal (office, finding_key);
