#!/bin/sh
# All that `make test` runs, one section after the other; a failing section
# does not keep the others from running. Ends with "N passed, N failed".
cd "$(dirname "$0")/../.." || exit 2
build=${GAME_BUILD:-build}
# a sandbox of its own: one that is running may be of an older build
GAME_VAR=$(mktemp -d /tmp/game-var.XXXXXX) || exit 2
export GAME_VAR
out=$GAME_VAR/out
beside=
finish() {
    # a group of its own, which the terminal's interrupt does not reach
    [ -z "$beside" ] || kill -s INT -- "-$beside" 2>/dev/null || true
    rm -rf "$GAME_VAR"
}
trap finish EXIT
trap 'exit 130' INT TERM
passed=0 failed=0 began=$(date +%s)

# section NAME COMMAND ...: shows its output and keeps it in $out
section() {
    name=$1
    shift
    printf '\n==== %s\n' "$name"
    { "$@" 2>&1; echo "exit status $?"; } | tee "$out" |
        sed -e '/^exit status [0-9]*$/d' \
            -e "s/^[0-9]* passed, [0-9]* failed\$/$name: &/"
    status=$(sed -n 's/^exit status \([0-9]*\)$/\1/p' "$out" | tail -n 1)
}

# count PASSED FAILED: a section that failed without saying so counts as one
count() {
    p=${1:-0} f=${2:-0}
    if [ "$status" != 0 ] && [ "$f" = 0 ]; then
        echo "$name ended with status $status"
        f=1
    elif [ "$p" = 0 ] && [ "$f" = 0 ]; then
        echo "$name ran no test"
        f=1
    fi
    passed=$((passed + p)) failed=$((failed + f))
}

# "N passed, N failed" wherever it stands in a line; the last one counts
said() {
    sed -n 's/^\(.*[^0-9]\)\{0,1\}\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed.*/\'"$1"'/p' \
        "$out" | tail -n 1
}

section unit "$build/unit-tests"
checks=$(sed -n 's/^[0-9]*%: Checks: \([0-9]*\), .*/\1/p' "$out" |
         awk '{ n += $1 } END { print n + 0 }')
bad=$(sed -n 's/^.*Failures: \([0-9]*\), Errors: \([0-9]*\).*/\1 \2/p' \
      "$out" | awk '{ n += $1 + $2 } END { print n + 0 }')
count $((checks - bad)) "$bad"

section vectors env -u PGHOST sh t/bin/vectors.sh t/vectors
if [ -n "$(said 2)" ]; then
    count "$(said 2)" "$(said 3)"
else
    count "$([ "$status" = 0 ] && echo 1)" 0
fi

section 'fuzz replay' sh t/fuzz/replay.sh
count "$(said 2)" "$(said 3)"

section guards sh t/bin/guards.sh
count "$(said 2)" "$(said 3)"

# suites that kill processes and wait for those that take over, on servers of
# their own: they need minutes and next to no processor
patient='t/life/campaigns.t t/life/jobs.t'
others=
for suite in t/api/*.t t/life/*.t; do
    case " $patient " in *" $suite "*) ;; *) others="$others $suite" ;; esac
done
# shellcheck disable=SC2086
GAME_API_LOGS=$build/api-logs-patient \
    setsid sh t/bin/api.sh $patient > "$GAME_VAR/patient" 2>&1 &
beside=$!

section browser sh t/browser/run.sh
count "$(said 2)" "$(said 3)"

# shellcheck disable=SC2086
section api sh t/bin/api.sh $others
count "$(said 2)" "$(said 3)"

name='api, patient'
printf '\n==== %s\n' "$name"
status=0
wait "$beside" || status=$?
beside=
sed "s/^api: /$name: /" "$GAME_VAR/patient" | tee "$out"
count "$(said 2)" "$(said 3)"

section replay sh t/bench/replay.sh --rows 1500
count "$(said 2)" "$(said 3)"

section contract sh t/bin/server.sh with-sandbox \
    python3 t/bin/contract.py t/contract
count "$(said 2)" "$(said 3)"

printf '\n==== all, in %d seconds\n' $(($(date +%s) - began))
echo "$passed passed, $failed failed"
[ $failed = 0 ]
