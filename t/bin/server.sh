#!/bin/sh
# Servers for developing and testing: a Postgres of our own, the migrations,
# and httpd with the module.
#
#   server.sh run [PORT]         in the foreground, data kept under var/
#   server.sh sandbox            throwaway, in the background: var/sandbox.env
#   server.sh sandbox-stop
#   server.sh with-sandbox COMMAND ...   started for it when none is running
#   server.sh play DIR           plays the scenario files of a folder in it
#   server.sh pg-start DIR       a throwaway Postgres in DIR (owned by us)
#   server.sh pg-stop DIR [smart|fast|immediate]
#   server.sh redis-start DIR PORT     a throwaway Redis in DIR, with the
#                                password that DIR/redis.pass has
#   server.sh redis-stop DIR
#   server.sh modules MPM MODULE.SO [OTHER.SO ...]
#                                the LoadModule lines, on stdout;
#                                GAME_MODULES names more of httpd's own
set -eu

TOP=$(cd "$(dirname "$0")/../.." && pwd)
VAR=${GAME_VAR:-$TOP/var}
BUILD=${GAME_BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$TOP/$BUILD ;; esac
HTTPD=${HTTPD:-/usr/sbin/apache2}
MPM=${GAME_TEST_MPM:-event}
TMP=/tmp                        # short, and open to who runs Postgres
LC_ALL=C
export LC_ALL
umask 022

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

alive() {                       # FILE: is the process that it names there?
    [ -s "$1" ] && kill -0 "$(head -n 1 "$1")" 2>/dev/null
}

# ---- Postgres: never as root ----

pg_bin() {
    for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr); do
        [ -x "$dir/initdb" ] && { say "$dir"; return; }
    done
    dir=$(command -v initdb) || fail "no Postgres server is installed"
    dirname "$dir"
}

plain_user() {                  # who runs what must not run as root
    for name in postgres nobody; do
        id -u "$name" >/dev/null 2>&1 && { say "$name"; return; }
    done
    fail "there is no user postgres or nobody"
}

as_plain() {
    if [ "$(id -u)" = 0 ]; then
        user=$(plain_user)
        ( cd / && exec setpriv --reuid "$user" --regid "$(id -g "$user")" \
            --clear-groups env HOME=/ "$@" )
    else
        "$@"
    fi
}

own_plain() {                   # give it to who will run Postgres
    if [ "$(id -u)" = 0 ]; then
        user=$(plain_user)
        chown "$user:$(id -g "$user")" "$@"
    fi
}

# pg_start DATA SOCKETS [OPTION ...]: makes the cluster when it is not there.
# Anybody on this machine who reaches the socket's directory may connect.
pg_start() {
    data=$1 sockets=$2
    shift 2
    if ! as_plain test -s "$data/PG_VERSION"; then
        as_plain "$(pg_bin)/initdb" --no-sync -A trust -U game -E UTF8 \
            --no-locale -D "$data" > "$sockets/initdb.log" 2>&1 ||
            fail "initdb failed: $(tail -n 3 "$sockets/initdb.log")"
    fi
    options="-c listen_addresses='' -c unix_socket_directories='$sockets'"
    options="$options -c port=5432 -c max_connections=100 -c log_timezone=UTC"
    options="$options -c timezone=UTC $*"
    as_plain "$(pg_bin)/pg_ctl" -w -s -t 60 -D "$data" -l "$data/server.log" \
        -o "$options" start ||
        fail "Postgres did not start: $(as_plain tail -n 5 "$data/server.log")"
}

pg_stop() {                     # DATA [MODE]
    if as_plain test -s "$1/postmaster.pid"; then
        as_plain "$(pg_bin)/pg_ctl" -w -s -D "$1" -m "${2:-fast}" stop || true
    fi
}

THROWAWAY='-c fsync=off -c synchronous_commit=off -c full_page_writes=off
    -c shared_preload_libraries=pg_stat_statements'

# The throwaway cluster of a directory: its sockets are in it.
pg_start_throwaway() {
    fresh=no
    [ -d "$1/pg" ] || fresh=yes
    if [ "$fresh" = yes ]; then
        mkdir -p "$1/pg"
        own_plain "$1/pg"
        chmod 755 "$1/pg"
    fi
    touch "$1/pg/initdb.log"
    own_plain "$1/pg/initdb.log"
    # shellcheck disable=SC2086
    pg_start "$1/pg/data" "$1/pg" $THROWAWAY
    if [ "$fresh" = yes ]; then
        sql_at "$1/pg" postgres 'create database game' > /dev/null
        sql_at "$1/pg" game 'create extension pg_stat_statements' > /dev/null
    fi
}

sql_at() {                      # SOCKETS DATABASE TEXT
    PGHOST=$1 PGPORT=5432 PGUSER=game PGDATABASE=$2 \
        psql -X -A -t -q -v ON_ERROR_STOP=1 -c "$3"
}

# ---- Redis, for the suites of limits ----

redis_start() {                 # DIR PORT
    mkdir -p "$1/redis"
    own_plain "$1/redis"
    cat > "$1/redis.conf" <<CONF
bind 127.0.0.1
port $2
daemonize yes
pidfile $1/redis/pid
logfile $1/redis/log
dir $1/redis
save ""
appendonly no
databases 4
requirepass $(cat "$1/redis.pass")
CONF
    chmod 600 "$1/redis.conf"
    own_plain "$1/redis.conf"
    as_plain redis-server "$1/redis.conf" > /dev/null
    answers "$2" "$1/redis/pid" || fail "Redis did not start: $(tail "$1/redis/log")"
}

redis_stop() {                  # DIR
    stop_pid "$1/redis/pid"
    rm -f "$1/redis/pid"
}

# ---- httpd ----

MODULES='authn_core authz_core authz_user authz_host socache_shmcb dbd
    auth_openidc headers env setenvif alias mime dir status info remoteip
    log_config unixd'

modules() {                     # MPM MODULE.SO [OTHER.SO ...]
    compiled=$("$HTTPD" -l)
    libexec=${LIBEXECDIR:-/usr/lib/apache2/modules}
    mpm=$1 module=$2
    shift 2
    for name in "mpm_$mpm" $MODULES ${GAME_MODULES:-}; do
        case $compiled in *" mod_$name.c"*|*" $name.c"*) continue ;; esac
        if [ -e "$libexec/mod_$name.so" ]; then
            say "LoadModule ${name}_module \"$libexec/mod_$name.so\""
        elif [ "$name" = "mpm_$mpm" ] || [ "$name" = dbd ]; then
            fail "there is no $libexec/mod_$name.so"
        fi
    done
    if [ -n "$module" ]; then
        say "LoadModule game_module \"$module\""
    fi
    for other in "$@"; do
        name=$(basename "$other" .so)
        say "LoadModule ${name#mod_}_module \"$other\""
    done
}

quoted() { printf '%s' "$1" | sed 's/[&|\\]/\\&/g'; }

httpd_user() {                  # who httpd's children are when root starts it
    if [ "$(id -u)" = 0 ]; then
        id -u www-data >/dev/null 2>&1 && { say www-data; return; }
        say nobody
    else
        id -un
    fi
}

as_httpd() {
    if [ "$(id -u)" = 0 ]; then
        user=$(httpd_user)
        ( cd / && exec setpriv --reuid "$user" --regid "$(id -g "$user")" \
            --clear-groups "$@" )
    else
        "$@"
    fi
}

own_httpd() {
    chmod 755 "$1"
    [ "$(id -u)" != 0 ] || chown "$(httpd_user)" "$1"
}

# httpd_conf RUN PORT DBPARAMS CERT DOCS STORE: makes RUN/httpd.conf; DOCS is
# an empty directory that everybody may enter
httpd_conf() {
    [ -e "$BUILD/mod_game.so" ] || fail "no $BUILD/mod_game.so: run make"
    modules "$MPM" "$BUILD/mod_game.so" > "$1/modules.conf"
    [ -s "$1/secret" ] || ( umask 077; openssl rand -hex 32 > "$1/secret" )
    pages=$(dirname "$5")/docs
    mkdir -p "$pages"
    [ ! -d "$TOP/build/docs" ] || cp "$TOP"/build/docs/* "$pages"
    campaigns=$(dirname "$5")/campaigns
    mkdir -p "$campaigns"
    for part in templates workflows play; do
        [ ! -d "$TOP/mod_game/campaigns/$part" ] ||
            cp -r "$TOP/mod_game/campaigns/$part" "$campaigns/"
    done
    owner='# runs as who started it'
    if [ "$(id -u)" = 0 ]; then
        user=$(httpd_user)
        owner="User $user
    Group $(id -gn "$user")"
        owner=$(printf '%s' "$owner" | sed 's/$/\\/; $s/\\$//')
    fi
    sed -e "s|/srv/game/campaigns|$(quoted "$6")|g" \
        "$TOP/conf/game-campaigns.conf" > "$1/campaigns.conf"
    sed -e "s|@RUN@|$(quoted "$1")|g" -e "s|@PORT@|$2|g" \
        -e "s|@DBPARAMS@|$(quoted "$3")|g" -e "s|@CERT@|$(quoted "$4")|g" \
        -e "s|@OWNER@|$owner|" -e "s|@DOCS@|$(quoted "$5")|g" \
        -e "s|@PAGES@|$(quoted "$pages")|g" \
        -e "s|@CAMPAIGNS@|$(quoted "$campaigns")|g" \
        -e "s|@CONF@|$(quoted "$TOP/conf")|g" "$TOP/conf/game-dev.conf.in" \
        > "$1/httpd.conf"
}

# Conninfo of mod_dbd; values are quoted as libpq wants it.
dbparams() {                    # HOST PORT DATABASE USER
    say "host='$1' port=$2 dbname='$3' user='$4' connect_timeout=3" \
        "tcp_user_timeout=5000 application_name=mod_game"
}

answers() {                     # PORT: waits until somebody listens there
    python3 - "$1" "$2" <<'PY'
import os, socket, sys, time
port, pidfile = int(sys.argv[1]), sys.argv[2]
end = time.time() + 30
while time.time() < end:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        time.sleep(0.1)
    else:
        sys.exit(0)
sys.exit(1)
PY
}

port_taken() {
    python3 - "$1" <<'PY'
import socket, sys
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1).close()
except OSError:
    sys.exit(1)
PY
}

free_port() {
    python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

stop_pid() {                    # FILE: ends the process that it names
    if alive "$1"; then
        pid=$(head -n 1 "$1")
        kill -TERM "$pid" 2>/dev/null || true
        n=0
        while kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do
            sleep 0.1
            n=$((n + 1))
        done
        kill -KILL "$pid" 2>/dev/null || true
    fi
}

# ---- make run ----

# kept_dir NAME AS OWN: a directory for somebody else than us: var/NAME when
# who AS runs commands as can get there, else in /tmp with its path in
# var/NAME.path. OWN gives it to them.
kept_dir() {
    if [ -s "$VAR/$1.path" ]; then
        kept=$(cat "$VAR/$1.path")
        "$2" test -w "$kept" && { say "$kept"; return; }
    fi
    kept=$VAR/$1
    mkdir -p "$kept"
    "$3" "$kept"
    if ! "$2" test -w "$kept" -a -x "$kept"; then
        rmdir "$kept" 2>/dev/null || true
        kept=$(mktemp -d "$TMP/game-$1.XXXXXX")
        "$3" "$kept"
        say "$kept" > "$VAR/$1.path"
    fi
    say "$kept"
}

run_end() {
    trap '' INT TERM HUP
    if [ -n "${httpd:-}" ]; then
        kill -TERM "$httpd" 2>/dev/null || true
        wait "$httpd" 2>/dev/null || true
    fi
    if [ -n "${private:-}" ]; then
        pg_stop "$private" fast
    fi
    if [ -n "${temp:-}" ]; then
        rm -rf "$temp"
    fi
    rm -f "$VAR/run/server.pid"
}

# Keys of the demonstration, made once. The file is this user's alone.
demo_keys() {
    keys=$VAR/demo-keys
    ADMIN_KEY='' KEY=''
    # shellcheck disable=SC1090
    [ -s "$keys" ] && . "$keys"
    known=$(psql -X -A -t -q -v ON_ERROR_STOP=1 -v p="${KEY%%.*}" <<'SQL'
select count(*) from game.api_keys where prefix = :'p' and active;
SQL
)
    if [ "$known" != 1 ]; then
        ADMIN_KEY=$(psql -X -A -t -q -c \
            "select game.create_key('demo admin', 'made by make run', true)")
        KEY=$(psql -X -A -t -q -c \
            "select game.create_key('demo client', 'made by make run')")
        ( umask 077; printf "ADMIN_KEY='%s'\nKEY='%s'\n" \
            "$ADMIN_KEY" "$KEY" > "$keys" )
        say "made two API keys (kept in ${keys#"$TOP/"}, for you alone):"
    else
        say "API keys (from ${keys#"$TOP/"}):"
    fi
    say "  administrator  $ADMIN_KEY"
    say "  client         $KEY"
}

run() {
    port=${1:-8080}
    run=$VAR/run
    mkdir -p "$run"
    if alive "$run/server.pid"; then
        say "already running: http://127.0.0.1:$(cat "$run/port")/api/v1" \
            "(process $(cat "$run/server.pid"))"
        exit 0
    fi
    if port_taken "$port"; then
        fail "port $port of 127.0.0.1 is taken; choose another: make run PORT="
    fi
    say $$ > "$run/server.pid"
    say "$port" > "$run/port"
    stop_pid "$run/httpd.pid"   # left over after a kill -9
    httpd='' private='' temp=''
    trap run_end EXIT
    trap 'exit 0' INT
    trap 'exit 143' TERM HUP
    temp=$(mktemp -d "$TMP/game-run.XXXXXX")
    mkdir "$temp/htdocs"
    chmod 755 "$temp"

    if [ -n "${PGHOST:-}${DATABASE:-}" ]; then
        export PGHOST="${PGHOST:-/var/run/postgresql}"
        export PGPORT="${PGPORT:-5432}" PGDATABASE="${DATABASE:-game}"
        export PGUSER="${PGUSER:-game}"
        say "Postgres: $PGHOST, database $PGDATABASE"
        unset DATABASE
    else
        data=$(kept_dir pg as_plain own_plain)
        sockets=$temp/pg
        mkdir "$sockets"
        own_plain "$sockets"
        touch "$sockets/initdb.log"
        own_plain "$sockets/initdb.log"
        private=$data/data
        pg_stop "$private" fast
        pg_start "$private" "$sockets"
        export PGHOST="$sockets" PGPORT=5432 PGUSER=game PGDATABASE=game
        if [ "$(sql_at "$sockets" postgres \
                "select 1 from pg_database where datname = 'game'")" != 1 ]
        then
            sql_at "$sockets" postgres 'create database game'
        fi
        say "Postgres: private, PGHOST=$sockets PGUSER=game PGDATABASE=game"
    fi
    sh "$TOP/sql/migrate.sh"
    demo_keys
    httpd_conf "$run" "$port" \
        "$(dbparams "$PGHOST" "$PGPORT" "$PGDATABASE" "$PGUSER")" none \
        "$temp/htdocs" "$(kept_dir campaigns as_httpd own_httpd)"
    "$HTTPD" -f "$run/httpd.conf" -t 2> "$run/configtest" ||
        fail "$(cat "$run/configtest")"

    # a session of its own: httpd would take a resized window for an order
    # to stop
    setsid "$HTTPD" -f "$run/httpd.conf" -D FOREGROUND &
    httpd=$!
    answers "$port" "$run/httpd.pid" || fail "$(tail "$run/error_log")"
    base=http://127.0.0.1:$port/api/v1
    cat <<TEXT

Serving $base; Ctrl-C stops. Logs: ${run#"$TOP/"}/error_log, access_log
API documents http://127.0.0.1:$port/docs, numbers http://127.0.0.1:$port/metrics
Try in another terminal (a game, a task, an award; then what the administrator
sees of them):

  KEY='$KEY' ADMIN='$ADMIN_KEY'
  GAME=\$(curl -s $base/games -H "X-API-Key: \$KEY" -H 'Content-Type: application/json' -d '{"externalGameId": "demo-'\$(date +%s)'", "platform": "web"}' | tee /dev/stderr | sed 's/.*"gameId": *"\\([^"]*\\)".*/\\1/')
  curl -s $base/games/\$GAME/tasks -H "X-API-Key: \$KEY" -H 'Content-Type: application/json' -d '{"externalTaskId": "first-task"}'
  curl -s $base/games/\$GAME/tasks/first-task/points -H "X-API-Key: \$KEY" -H 'Content-Type: application/json' -d '{"externalUserId": "ada", "data": {}}'
  curl -s "$base/dashboard/summary?group_by=day" -H "X-API-Key: \$ADMIN"
  curl -s "$base/exports/user-points?format=csv" -H "X-API-Key: \$ADMIN"

TEXT
    status=0
    wait "$httpd" || status=$?
    httpd=''
    say "httpd ended ($status):"
    tail -n 5 "$run/error_log"
    exit 1
}

# ---- make sandbox ----

sandbox_running() {
    [ -s "$VAR/sandbox.env" ] || return 1
    alive "$(sed -n "s/^HTTPD_PIDFILE='\(.*\)'/\1/p" "$VAR/sandbox.env")"
}

sandbox_stop() {
    [ -s "$VAR/sandbox.env" ] || return 0
    dir=$(sed -n "s/^SANDBOX='\(.*\)'/\1/p" "$VAR/sandbox.env")
    case $dir in
    */game-box.*)
        if [ -d "$dir" ]; then
            stop_pid "$dir/httpd.pid"
            pg_stop "$dir/pg/data" immediate
            rm -rf "$dir"
        fi ;;
    esac
    rm -f "$VAR/sandbox.env"
}

sandbox() {
    sandbox_stop
    mkdir -p "$VAR"
    dir=$(mktemp -d "$TMP/game-box.XXXXXX")
    mkdir "$dir/htdocs"
    chmod 755 "$dir"
    # from here on sandbox-stop knows what to remove
    ( umask 077; say "SANDBOX='$dir'" > "$VAR/sandbox.env" )
    trap 'test $? = 0 || sandbox_stop' EXIT
    trap 'exit 130' INT TERM

    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=idp.test \
        -keyout "$dir/idp.key" -out "$dir/idp.crt" 2>/dev/null
    pg_start_throwaway "$dir"
    PGHOST=$dir/pg PGPORT=5432 PGUSER=game PGDATABASE=game DATABASE='' \
        sh "$TOP/sql/migrate.sh" > "$dir/migrate.log"
    tries=0
    while :; do
        port=$(free_port)
        httpd_conf "$dir" "$port" "$(dbparams "$dir/pg" 5432 game game)" \
            "$dir/idp.crt" "$dir/htdocs" "$dir/store"
        if "$HTTPD" -f "$dir/httpd.conf" -D GameBearer -k start \
                2> "$dir/start.log" && answers "$port" "$dir/httpd.pid"; then
            break
        fi
        tries=$((tries + 1))
        [ $tries -lt 3 ] ||
            fail "httpd did not start: $(tail "$dir/start.log"
                  tail "$dir/error_log" 2>/dev/null)"
    done
    mint() {
        python3 "$TOP/t/bin/mint.py" --key "$dir/idp.key" --ttl 86400 "$@"
    }
    make_key() { sql_at "$dir/pg" game "select game.create_key($1)"; }
    admin=$(mint --admin --sub 0a0a0a0a-0000-4000-8000-00000000ad01)
    user=$(mint --sub 0b0b0b0b-0000-4000-8000-000000000b01)
    ( umask 077; cat > "$VAR/sandbox.env" <<ENV
SANDBOX='$dir'
BASE='http://127.0.0.1:$port/api/v1'
ADMIN='$admin'
USER='$user'
KEY='$(make_key "'sandbox client'")'
ADMIN_KEY='$(make_key "'sandbox admin', 'made by make sandbox', true")'
KEYFILE='$dir/idp.key'
PGHOST='$dir/pg'
PGPORT='5432'
PGDATABASE='game'
PGUSER='game'
HTTPD_PIDFILE='$dir/httpd.pid'
PG_PIDFILE='$dir/pg/data/postmaster.pid'
ENV
    )
    say "sandbox: http://127.0.0.1:$port/api/v1, see ${VAR#"$TOP/"}/sandbox.env"
    trap - EXIT INT TERM
}

with_sandbox() {
    started=no
    if ! sandbox_running; then
        sandbox
        started=yes
        trap 'sandbox_stop' EXIT
        trap 'exit 130' INT TERM
    fi
    set -a
    # shellcheck disable=SC1091
    . "$VAR/sandbox.env"
    set +a
    status=0
    "$@" || status=$?
    exit "$status"
}

# For with-sandbox: every scenario file of a folder.
play() {
    set -- "$1"/*.json
    [ -e "$1" ] || fail "no scenario files (*.json) there: $1"
    exec python3 "$TOP/t/bin/play.py" \
        --base "$BASE" --admin "$ADMIN" --user "$USER" "$@"
}

command=${1:-}
[ $# = 0 ] || shift
case $command in
run)            run "$@" ;;
sandbox)        sandbox ;;
sandbox-stop)   sandbox_stop ;;
with-sandbox)   with_sandbox "$@" ;;
play)           with_sandbox sh "$0" play-here "$1" ;;
play-here)      play "$1" ;;
pg-start)       pg_start_throwaway "$1" ;;
pg-stop)        pg_stop "$1/pg/data" "${2:-fast}" ;;
redis-start)    redis_start "$1" "$2" ;;
redis-stop)     redis_stop "$1" ;;
modules)        modules "$@" ;;
*)              fail "usage: see the head of $0" ;;
esac
