#!/bin/sh
# Holds a running server against its own API document with generated
# requests, good and bad: server.sh with-sandbox sh t/fuzz/api.sh
#
#   GAME_FUZZ_EXAMPLES=20   generated requests of an operation, beside those
#                           at the borders of its schemas
#   GAME_FUZZ_SEED=1
#
# An API key, an administrator and nobody call; each finds a game, a task, a
# user and a custom strategy of its own. The tools come from PyPI into a
# directory of the build.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$top/build/api-fuzz
examples=${GAME_FUZZ_EXAMPLES:-20} seed=${GAME_FUZZ_SEED:-1}
origin=${BASE%/api/v1}
tools='schemathesis==4.32.5 openapi-spec-validator==0.9.0'
# 405 is not among them: two templates of one shape share their methods
checks=not_a_server_error,status_code_conformance,content_type_conformance
checks=$checks,response_headers_conformance,response_schema_conformance
checks=$checks,negative_data_rejection,ignored_auth
failed=0 cases=0

mkdir -p "$dir"
if [ "$(cat "$dir/venv/tools" 2>/dev/null)" != "$tools" ]; then
    rm -rf "$dir/venv"
    python3 -m venv "$dir/venv"
    # shellcheck disable=SC2086
    "$dir/venv/bin/pip" install -q $tools
    printf '%s\n' "$tools" > "$dir/venv/tools"
fi

call() {                        # HEADER METHOD PATH [BODY]
    curl -sS -f -X "$2" -H "$1" -H 'Content-Type: application/json' \
        "$BASE$3" ${4:+-d "$4"}
}

member() { python3 -c 'import json, sys
at = json.load(sys.stdin)
for name in sys.argv[1:]:
    at = at[int(name) if name.isdigit() else name]
print(at)' "$@"; }

# seed NAME HEADER: NAME.toml, with ids that are there for this caller
seed() {
    game=$(call "$2" POST /games \
        "{\"externalGameId\":\"fuzz-$1-$$\",\"platform\":\"web\"}" |
        member gameId)
    call "$2" POST "/games/$game/tasks" '{"externalTaskId":"task"}' >/dev/null
    call "$2" POST "/games/$game/tasks/task/points" \
        '{"externalUserId":"ada"}' >/dev/null
    task=$(call "$2" GET "/games/$game/tasks" | member items 0 id)
    strategy=$(call "$2" POST /strategies/custom "{\"name\":\"fuzz-$1-$$\",
        \"astJson\":{\"type\":\"program\",\"rules\":[],\"default\":{
        \"type\":\"assign_points\",\"case_name\":\"Fuzz\",
        \"value\":{\"type\":\"literal\",\"value\":1}}}}" | member id)
    cat > "$dir/$1.toml" <<TOML
[parameters]
"path.gameId" = "$game"
"path.taskId" = "$task"
"path.externalTaskId" = "task"
"path.externalUserId" = "ada"
"query.a" = "$strategy"
"query.b" = "$strategy"

[[operations]]
include-path-regex = "^/strategies/custom/"
parameters = { "path.id" = "$strategy" }
TOML
}

# fuzz NAME [OPTION ...]
fuzz() {
    name=$1
    shift
    printf '\n==== %s\n' "$name"
    # it keeps a cache where it is called
    if ! ( cd "$dir" && venv/bin/schemathesis --config-file "$name.toml" run \
            "$origin/openapi.json" --phases examples,coverage,fuzzing,stateful \
            -n "$examples" --seed "$seed" --continue-on-failure \
            -c "$checks" --no-color --generation-database none \
            "$@" ) > "$dir/$name.log" 2>&1; then
        failed=$((failed + 1))
        sed -n '/FAILURES/,/SUMMARY/p' "$dir/$name.log" | head -n 200
    fi
    sed -n '/SUMMARY/,$p' "$dir/$name.log"
    n=$(sed -n 's/^ *\([0-9]*\) generated.*/\1/p' "$dir/$name.log")
    cases=$((cases + ${n:-0}))
}

curl -sS -f "$origin/openapi.json" > "$dir/openapi.json"
"$dir/venv/bin/openapi-spec-validator" "$dir/openapi.json" ||
    failed=$((failed + 1))

key="X-API-Key: $KEY" admin="Authorization: Bearer $ADMIN"
seed key "$key"
seed admin "$admin"
: > "$dir/nobody.toml"
# what would take the ground from under the others is left to nobody
fuzz key -H "$key" --exclude-operation-id delete_game_by_id \
    --exclude-operation-id delete_task
fuzz admin -H "$admin" --exclude-operation-id delete_game_by_id \
    --exclude-operation-id delete_task
fuzz nobody

faults=$(psql -X -A -t -q -c 'select count(*) from game.ledger_faults()')
if [ "$faults" != 0 ]; then
    echo "the ledger has $faults faults"
    failed=$((failed + 1))
fi
if grep -E 'exit signal|GAME0001' "$SANDBOX/error_log"; then
    failed=$((failed + 1))
fi
passed=$((6 - failed))
printf '\n%s\n' "$cases generated requests"
echo "api fuzz: $passed passed, $failed failed"
[ $failed = 0 ]
