#!/bin/sh
# Runs the vector files of a folder: vectors.sh DIR. For its analytics* files
# there must be a migrated Postgres: that of PGHOST, else a throwaway one.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${GAME_BUILD:-build}
case $build in /*) ;; *) build=$top/$build ;; esac
program=$build/game-vectors

set -- "${1:?a folder of vector files}"
dir=$1
set -- "$dir"/analytics*.json
if [ ! -e "$1" ] || [ -n "${PGHOST:-}" ]; then
    exec "$program" "$dir"
fi

box=$(mktemp -d /tmp/game-vectors.XXXXXX)
finish() {
    sh "$top/t/bin/server.sh" pg-stop "$box" immediate || true
    rm -rf "$box"
}
trap finish EXIT
trap 'exit 130' INT TERM
chmod 755 "$box"
sh "$top/t/bin/server.sh" pg-start "$box"
unset DATABASE
export PGHOST="$box/pg" PGPORT=5432 PGUSER=game PGDATABASE=game
sh "$top/sql/migrate.sh" > "$box/migrate.log"
status=0
"$program" "$dir" || status=$?
exit "$status"
