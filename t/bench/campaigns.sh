#!/bin/sh
# `make bench-campaigns`: runs of campaign.build.minimal a second, new ones
# and from the cache, beside what the four skills cost by themselves; and how
# soon a trigger is answered, beside a request that does nothing. A server and
# a Postgres of its own.
#
#   BENCH_RUNS=60        of one measurement
#   BENCH_AUDIO=30       seconds of a track
#   BENCH_SECONDS=5      of the skills by themselves
#   GAME_BUILD=build
set -eu
# shellcheck source=t/bench/serve.sh
. "$(dirname "$0")/serve.sh"
start
# shellcheck disable=SC1091
. "$dir/demo-keys"
export KEY BASE="http://127.0.0.1:$port/api/v1" DIR="$dir"
export PROGRAM="$top/${GAME_BUILD:-build}/campaign-bench"
export CORE="$top/mod_game/campaigns"
python3 "$top/t/bench/campaigns.py"
