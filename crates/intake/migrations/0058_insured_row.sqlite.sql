-- The rows of an extract while it is being taken in; empty in between.
CREATE TABLE insured_row (
    office TEXT NOT NULL,
    client TEXT NOT NULL,
    days TEXT NOT NULL,
    last_day DATE
);
CREATE INDEX insured_row_of_client ON insured_row (client, office);
