#!/bin/sh
# `make bench`: figures beside limits measured in the same run. Asserts
# nothing. Starts a server and a Postgres of its own, which commits to disk.
#
#   BENCH_ONLY=abcdeflm  which parts: a awards, b requests, c round trips,
#                        d history, e custom strategies, f rows of requests,
#                        l limits, m metrics
#   BENCH_SECONDS=5      of one measurement
#   BENCH_TURNS=3        how often each is repeated
#   BENCH_CONNECTIONS="1 8 32"
#   BENCH_COMMIT=on      synchronous_commit of all parts but d
#   BENCH_HISTORY=1000000
set -eu
# shellcheck source=t/bench/serve.sh
. "$(dirname "$0")/serve.sh"

# once to make the cluster, then with the settings that need a new start
start
psql -X -q -v ON_ERROR_STOP=1 <<SQL
alter system set shared_preload_libraries = 'pg_stat_statements';
alter system set synchronous_commit = ${BENCH_COMMIT:-on};
alter system set max_wal_size = '8GB';
alter system set checkpoint_timeout = '30min';
alter system set shared_buffers = '512MB';
create extension pg_stat_statements;
SQL
stop
start

# a file of no bytes: what httpd alone does
mkdir "$dir/www"
: > "$dir/www/empty"
cat >> "$dir/run/httpd.conf" <<CONF
DocumentRoot "$dir/www"
<Directory "$dir/www">
    Require all granted
</Directory>
<Location "/quiet/v1">
    GameEngine On
    GameMetrics Off
    Require game-access
</Location>
IncludeOptional "$dir/telemetry.con[f]"
CONF

# limits that nobody reaches, in each store: a virtual host of its own
LIMITS=
limited() {                     # NAME STORE ...
    at=$(free_port)
    LIMITS="$LIMITS $1=$at"
    shift
    cat >> "$dir/run/httpd.conf" <<CONF
Listen 127.0.0.1:$at
<VirtualHost 127.0.0.1:$at>
    GameLimits On
    GameLimitPerKey 1000000000
    GameLimitPerAddress 1000000000
    GameLimitPerUser 1000000000
    GameLimitPerKeyDay 1000000000
    GameLimitStore $*
</VirtualHost>
CONF
}
case ${BENCH_ONLY:-l} in
*l*)
    openssl rand -hex 16 > "$dir/redis.pass"
    chmod 600 "$dir/redis.pass"
    redis=$(free_port)
    sh "$top/t/bin/server.sh" redis-start "$dir" "$redis"
    limited shm shm
    limited database database
    limited redis "redis://127.0.0.1:$redis" "$dir/redis.pass" ;;
esac
export LIMITS
kill -USR1 "$(cat "$dir/run/httpd.pid")"

# shellcheck disable=SC1091
. "$dir/demo-keys"
export KEY ADMIN_KEY BASE="http://127.0.0.1:$port/api/v1" DIR="$dir"
python3 "$top/t/bench/bench.py"
