-- Applications beside the agreement (HOM-08, HOM-12): every change is a version with the whole of what is known then.
CREATE TABLE application (
    application_id TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    agb TEXT NOT NULL,
    year BIGINT NOT NULL,
    kind TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL
);
CREATE INDEX application_of_year ON application (office, year, application_id);

CREATE TABLE application_version (
    application_id TEXT NOT NULL REFERENCES application (application_id),
    version BIGINT NOT NULL,
    content TEXT NOT NULL,
    recorded_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (application_id, version)
);
