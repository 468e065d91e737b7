#!/bin/sh
# The corpora of $FUZZERS once through their targets, under the sanitizers.
# A target that ends early is one failure. Ends with "N passed, N failed".
cd "$(dirname "$0")/../.." || exit 2
dir=${GAME_BUILD:-build}/fuzz-replay
seeds=$(mktemp -d /tmp/game-fuzz.XXXXXX) || exit 2
trap 'rm -rf "$seeds"' EXIT
trap 'exit 130' INT TERM
python3 t/fuzz/corpus.py "$seeds" t/vectors || exit 2

passed=0 failed=0
for name in $FUZZERS; do
    said=$("$dir/replay_$name" "$seeds/$name")
    status=$?
    echo "$name: ${said:-ended with $status}"
    if [ $status = 0 ]; then
        passed=$((passed + ${said%% *}))
    else
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
