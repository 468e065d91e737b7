#!/bin/sh
# `make soak`: an hour of mixed load at a bounded pace, and whether memory,
# shared memory, threads, open files, connections or tables grow. Starts a
# server and a Postgres of its own. Ends with 1 when a request was lost or
# answered 5xx, or the ledger has a fault.
#
#   SOAK_SECONDS=3600  SOAK_RATE=100 (requests a second)
#   SOAK_CONNECTIONS=16
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
GAME_VAR=$(mktemp -d "${TMPDIR:-/tmp}/game-soak.XXXXXX")
export GAME_VAR
trap 'sh "$top/t/bin/server.sh" sandbox-stop; rm -rf "$GAME_VAR"' EXIT
trap 'exit 130' INT TERM

# limits are on, so that their table is in use; nobody reaches them
sh "$top/t/bin/server.sh" with-sandbox sh -c '
    cat >> "$SANDBOX/httpd.conf" <<CONF
GameLimits On
GameLimitPerKey 1000000
GameLimitPerAddress 1000000
GameLimitPerUser 1000000
GameLimitPerKeyDay 100000000
CONF
    kill -USR1 "$(cat "$HTTPD_PIDFILE")"
    sleep 2
    exec python3 "$1"' soak "$top/t/bench/soak.py"
