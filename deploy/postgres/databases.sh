#!/bin/sh
# Makes, for each service, a database, the role that owns its schema (it migrates) and the role that serves: it reads and
# writes, and can't change the schema. What is there already is left, and gets its passwords and rights again: so it is run
# on a new server, before a restore, and to change passwords. Run by a superuser; psql (15 or later) finds the server in
# PGHOST, PGUSER and the like. ZORGINKOOP_OWNER_PASSWORD and ZORGINKOOP_SERVER_PASSWORD are the roles' passwords.
#
# With ZORGINKOOP_BACKUP_PASSWORD there is a role `backup` as well, for `zorginkoop backup`. It is a member of the roles that
# serve, and so has no rights of its own. It needs to read every table, those of later migrations too, and to update one of
# them: that is what locking a row takes. Granted one by one, that would have to be done again after the first migration, and
# every dump would name the role, so that a server without it could not restore it. It can write what a service can: keep
# its password as well as theirs.
set -eu

: "${ZORGINKOOP_OWNER_PASSWORD:?}" "${ZORGINKOOP_SERVER_PASSWORD:?}"
# In the image of PostgreSQL this runs before there is a database of the user's name.
: "${POSTGRES_USER:=${PGUSER:-postgres}}"

as_superuser() {
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres "$@"
}

for service in registration tariffing budget homecare screening; do
    as_superuser --set service="$service" --set owner="${service}_owner" <<'SQL'
\getenv owner_password ZORGINKOOP_OWNER_PASSWORD
\getenv server_password ZORGINKOOP_SERVER_PASSWORD
SELECT format('CREATE ROLE %I', role) FROM (VALUES (:'owner'), (:'service')) AS needed (role)
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
ALTER ROLE :"owner" LOGIN PASSWORD :'owner_password';
ALTER ROLE :"service" LOGIN PASSWORD :'server_password';
SELECT format('CREATE DATABASE %I', :'service')
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
-- Its owner may make tables in its schema public, and so restore it.
ALTER DATABASE :"service" OWNER TO :"owner";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"service";
\connect :"service"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO :"owner";
GRANT USAGE ON SCHEMA public TO :"service";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"service";
-- Holds of every table that a migration makes from now on.
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"service";
SQL
done

if [ -n "${ZORGINKOOP_BACKUP_PASSWORD:-}" ]; then
    as_superuser <<'SQL'
\getenv backup_password ZORGINKOOP_BACKUP_PASSWORD
SELECT 'CREATE ROLE backup' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'backup') \gexec
ALTER ROLE backup LOGIN PASSWORD :'backup_password';
SET client_min_messages = warning;
GRANT registration, tariffing, budget, homecare, screening TO backup;
SQL
fi
