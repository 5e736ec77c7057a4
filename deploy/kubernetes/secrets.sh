#!/bin/sh
# Prints the Secrets that the services refer to, to try them: secrets.sh CERTS KEYS HOST | kubectl apply --filename -
#
# CERTS  a folder of `zorginkoop dev-certs`; its identities.toml goes into the overlay, in place of the one there
# KEYS   a folder with pseudonym.keys, registration-people.keys, screening-people.keys and, for each service, a folder of
#        `zorginkoop receipt-keys` with its name
# HOST   where PostgreSQL is; ZORGINKOOP_OWNER_PASSWORD and ZORGINKOOP_SERVER_PASSWORD are the roles' passwords, see
#        deploy/postgres/databases.sh
#
# In production cert-manager and the operator of a vault make Secrets of these names and keys.
set -eu
[ $# -eq 3 ] || { sed -n '2,10p' "$0" >&2; exit 2; }
certs=$1 keys=$2 host=$3
: "${ZORGINKOOP_OWNER_PASSWORD:?}" "${ZORGINKOOP_SERVER_PASSWORD:?}"

# Values come from files: arguments are seen by everybody on the machine.
urls=$(mktemp -d)
trap 'rm -rf "$urls"' EXIT

secret() {
    name=$1
    shift
    echo "---"
    kubectl create secret generic "$name" --namespace zorginkoop --dry-run=client --output yaml "$@"
}

for service in registration tariffing budget homecare screening; do
    printf 'postgres://%s:%s@%s/%s' "$service" "$ZORGINKOOP_SERVER_PASSWORD" "$host" "$service" > "$urls/server"
    printf 'postgres://%s_owner:%s@%s/%s' "$service" "$ZORGINKOOP_OWNER_PASSWORD" "$host" "$service" > "$urls/owner"
    secret "$service-database" --from-file=server-url="$urls/server" --from-file=owner-url="$urls/owner"
    secret "$service-server-tls" --from-file=tls.crt="$certs/server.pem" --from-file=tls.key="$certs/server.key"
    secret "$service-client-tls" \
        --from-file=tls.crt="$certs/service-$service.pem" --from-file=tls.key="$certs/service-$service.key"
    secret "$service-receipt-keys" --from-file="$keys/$service"
done
for service in registration screening; do
    secret "$service-people-keys" --from-file=people.keys="$keys/$service-people.keys"
done
secret pseudonym-keys --from-file=pseudonym.keys="$keys/pseudonym.keys"
# The purge is an operator of every office: some of what it removes belongs to none.
secret operator-tls --from-file=tls.crt="$certs/purge.pem" --from-file=tls.key="$certs/purge.key"
secret authorities --from-file=ca.pem="$certs/ca.pem" --from-file=client-ca.pem="$certs/ca.pem" \
    --from-file=client-ca.crl.pem="$certs/crl.pem"
