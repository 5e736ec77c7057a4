#!/bin/sh
# Makes, for each service, a database, the role that owns its schema (it migrates) and the role that serves: it reads and
# writes, and can't change the schema. Run once by a superuser; psql finds the server in PGHOST, PGUSER and the like.
# ZORGINKOOP_OWNER_PASSWORD and ZORGINKOOP_SERVER_PASSWORD are the roles' passwords.
set -eu

: "${ZORGINKOOP_OWNER_PASSWORD:?}" "${ZORGINKOOP_SERVER_PASSWORD:?}"
# In the image of PostgreSQL this runs before there is a database of the user's name.
: "${POSTGRES_USER:=${PGUSER:-postgres}}"

for service in registration tariffing budget homecare screening; do
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
        --set service="$service" --set owner="${service}_owner" <<'SQL'
\getenv owner_password ZORGINKOOP_OWNER_PASSWORD
\getenv server_password ZORGINKOOP_SERVER_PASSWORD
CREATE ROLE :"owner" LOGIN PASSWORD :'owner_password';
CREATE ROLE :"service" LOGIN PASSWORD :'server_password';
CREATE DATABASE :"service" OWNER :"owner";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"service";
\connect :"service"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO :"owner";
GRANT USAGE ON SCHEMA public TO :"service";
-- Holds of every table that a migration makes from now on.
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"service";
SQL
done
