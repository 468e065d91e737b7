#!/bin/sh
# Recorded events as awards, and the proof that every one is booked once.
#
#   replay.sh [--rows N] [--strategy ID] [--connections N] [--passes N]
#   DATA=FILE.tsv.gz     other events: the whole record beside this tree when
#                        there is one, else the sample in t/data; with --rows
#                        always the sample
#
# Uses the running sandbox, or one of its own. Ends with "N passed, N failed".
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
sample=$top/t/data/httpd-commits-sample.tsv.gz
whole=$top/../shared/data/httpd-commits.tsv.gz

case " $* " in
*' --rows '* | *' --rows='*) whole= ;;
esac
[ -n "$whole" ] && [ -e "$whole" ] || whole=$sample
data=${DATA:-$whole}
[ -r "$data" ] || { echo "cannot read $data" >&2; exit 2; }
exec sh "$top/t/bin/server.sh" with-sandbox \
    python3 "$top/t/bench/replay.py" "$data" "$@"
