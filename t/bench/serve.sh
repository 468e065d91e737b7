# Read by the benches of this folder: a server of `make run` and its Postgres
# in a directory of their own, $dir, on $port. "start" waits until it serves
# and sets PGHOST; "stop" ends it; the end of the bench removes all.
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/game-bench.XXXXXX")
chmod 755 "$dir"
server=''

stop() {
    if [ -n "$server" ]; then
        kill -TERM "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=''
    fi
}
trap 'stop; sh "$top/t/bin/server.sh" redis-stop "$dir"; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

free_port() {
    python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}
port=$(free_port)

start() {
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
    PGHOST=$(sed -n 's/^Postgres: private, PGHOST=\([^ ]*\).*/\1/p' \
             "$dir/out")
}
export PGHOST='' PGPORT=5432 PGUSER=game PGDATABASE=game
