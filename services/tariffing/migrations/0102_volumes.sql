-- The volumes that an office expects of its providers in a year: what a change of tariffs is weighed with (TAR-02,
-- TAR-14). A later import is a later version of the whole year, and the newest holds.
CREATE TABLE volume_table (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    version BIGINT NOT NULL,
    source TEXT NOT NULL,
    imported_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (office, year, version)
);

CREATE TABLE volume (
    office TEXT NOT NULL,
    year BIGINT NOT NULL,
    version BIGINT NOT NULL,
    agb TEXT NOT NULL,
    product TEXT NOT NULL,
    units TEXT NOT NULL,
    PRIMARY KEY (office, year, version, agb, product),
    FOREIGN KEY (office, year, version) REFERENCES volume_table (office, year, version)
);
