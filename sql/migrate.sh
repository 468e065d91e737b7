#!/bin/sh
# Applies sql/migrations/NNNN_name.sql in order; harmless when run again.
#
#   PGHOST=... PGUSER=... DATABASE=game sh sql/migrate.sh
#
# Each file is one transaction together with its record in game.migrations.
# One psql session holds an advisory lock from the first look to the last
# record, so that two at once wait for each other. A file that was applied
# and has changed since is an error: what is applied stays as it is, a change
# is a new file. The connection is that of psql: PGHOST, PGPORT, PGUSER,
# PGPASSWORD, PGDATABASE; DATABASE (a name or a conninfo) wins.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
files=${MIGRATIONS:-$here/migrations}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
fail() { echo "migrate: $*" >&2; exit 1; }

cat > "$work/script" <<'SQL'
\set ON_ERROR_STOP on
set client_min_messages = warning;
select pg_advisory_lock(471100) \g /dev/null
begin;
select to_regnamespace('game') is null as missing \gset
\if :missing
create schema game;
\endif
create table if not exists game.migrations (
    number      integer primary key,
    name        text not null,
    checksum    text not null,
    applied_at  timestamptz not null default now()
);
commit;
SQL

last=0
for file in "$files"/*.sql; do
    [ -e "$file" ] || fail "no migrations in $files"
    name=$(basename "$file" .sql)
    expr "$name" : '[0-9]\{4\}_[a-z0-9_]*$' > /dev/null ||
        fail "$name.sql is not named NNNN_name.sql"
    number=$(expr "${name%%_*}" + 0) || true
    [ "$number" -gt "$last" ] || fail "$name.sql: its number is taken"
    last=$number
    sum=$(sha256sum < "$file")
    sum=${sum%% *}
    cp "$file" "$work/$name.sql"
    cat >> "$work/script" <<SQL
select coalesce((select checksum from game.migrations
                  where number = $number), '') as was \gset
select :'was' = '' as fresh, :'was' not in ('', '$sum') as changed \gset
\if :changed
    \set VERBOSITY terse
    do \$\$ begin
        raise '$name.sql was applied and has changed since then';
    end \$\$;
\endif
\if :fresh
    begin;
    \ir $name.sql
    insert into game.migrations (number, name, checksum)
    values ($number, '${name#*_}', '$sum');
    commit;
    \echo applied $name
\endif
SQL
done

psql=${PSQL:-psql}
if ! "$psql" -X -q -f "$work/script" ${DATABASE:+-d "$DATABASE"} \
        > "$work/out" 2> "$work/err"; then
    cat "$work/out"
    sed "s|psql:$work/script:[0-9]*: |migrate: |; s|psql:$work/||" \
        "$work/err" >&2
    exit 1
fi
grep '^applied ' "$work/out" || echo "nothing to apply"
