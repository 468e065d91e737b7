#!/bin/sh
# `make fuzz`: all fuzzers of $FUZZERS at once, for $FUZZ_SECONDS, each from
# the corpus that it has found so far. Ends with 1 when one of them found
# something: its input is in $GAME_BUILD/fuzz/found.
cd "$(dirname "$0")/../.." || exit 2
dir=${GAME_BUILD:-build}/fuzz
seconds=${FUZZ_SECONDS:-60}
mkdir -p "$dir/found" "$dir/more" || exit 2
python3 t/fuzz/corpus.py "$dir/seeds" t/vectors || exit 2

pids=
trap 'kill $pids 2>/dev/null; exit 130' INT TERM
for name in $FUZZERS; do
    mkdir -p "$dir/more/$name"
    case $name in
    dsl_eval) longest=768 ;;    # choices: more make programs larger, no other
    campaign_payload) longest=8192 ;;   # each goes through all four steps
    *)        longest=65536 ;;
    esac
    set -- -max_total_time="$seconds" -timeout=20 -max_len=$longest \
        -print_final_stats=1 -artifact_prefix="$dir/found/$name-"
    if [ -e "$dir/seeds/$name.dict" ]; then
        set -- "$@" -dict="$dir/seeds/$name.dict"
    fi
    echo "$name: $seconds seconds, log in $dir/$name.log"
    "$dir/fuzz_$name" "$@" "$dir/more/$name" "$dir/seeds/$name" \
        > "$dir/$name.log" 2>&1 &
    pids="$pids $!"
done

failed=0
for name in $FUZZERS; do
    # shellcheck disable=SC2086
    set -- $pids
    wait "$1" || {
        echo "$name: ended with a finding, or could not run"
        grep -E -A 20 'ERROR: |runtime error: |Test unit' "$dir/$name.log" ||
            tail -n 20 "$dir/$name.log"
        failed=$((failed + 1))
    }
    shift
    pids=$*
    sed -n "s/^#\([0-9]*\)[[:space:]]*DONE \(.*\)/$name: \1 runs, \2/p" \
        "$dir/$name.log"
done
echo "fuzzers: $failed with findings"
[ $failed = 0 ]
