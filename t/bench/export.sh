#!/bin/sh
# `make bench-export`: a million rows in every form, the memory that it takes
# beside the limit of 64 MiB, and the pace beside psql's \copy of the same
# rows. A server and a Postgres of its own.
#
#   BENCH_ROWS=1000000
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/game-bench.XXXXXX")
chmod 755 "$dir"
server=''

stop() {
    if [ -n "$server" ]; then
        kill -TERM "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
}
trap 'stop; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
: > "$dir/out"
env -u PGHOST -u DATABASE GAME_VAR="$dir" \
    sh "$top/t/bin/server.sh" run "$port" > "$dir/out" 2>&1 &
server=$!
n=0
until grep -q '^Serving ' "$dir/out"; do
    n=$((n + 1))
    if [ $n -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
        cat "$dir/out" >&2
        exit 1
    fi
    sleep 0.2
done
PGHOST=$(sed -n 's/^Postgres: private, PGHOST=\([^ ]*\).*/\1/p' "$dir/out")
export PGHOST PGPORT=5432 PGUSER=game PGDATABASE=game
echo 'GameExportRowsMax 1000000000' >> "$dir/run/httpd.conf"
kill -USR1 "$(cat "$dir/run/httpd.pid")"
# shellcheck disable=SC1091
. "$dir/demo-keys"
export ADMIN_KEY BASE="http://127.0.0.1:$port/api/v1" \
       PIDFILE="$dir/run/httpd.pid"
python3 "$top/t/bench/export.py"
