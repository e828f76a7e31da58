# Start PgBouncer with the one account of the environment; its password stands in memory only.
set -eu
umask 077
escaped=$(printf '%s' "${POSTGRES_PASSWORD:?}" | sed 's/"/""/g')
printf '"%s" "%s"\n' "${POSTGRES_USER:?}" "$escaped" > /run/pgbouncer/userlist.txt
exec pgbouncer /etc/pgbouncer/pgbouncer.ini
