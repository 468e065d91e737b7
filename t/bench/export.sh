#!/bin/sh
# `make bench-export`: a million rows in every form, the memory that it takes
# beside the limit of 64 MiB, and the pace beside psql's \copy of the same
# rows. A server and a Postgres of its own.
#
#   BENCH_ROWS=1000000
set -eu
# shellcheck source=t/bench/serve.sh
. "$(dirname "$0")/serve.sh"
start
echo 'GameExportRowsMax 1000000000' >> "$dir/run/httpd.conf"
kill -USR1 "$(cat "$dir/run/httpd.pid")"
# shellcheck disable=SC1091
. "$dir/demo-keys"
export ADMIN_KEY BASE="http://127.0.0.1:$port/api/v1" \
       PIDFILE="$dir/run/httpd.pid"
python3 "$top/t/bench/export.py"
