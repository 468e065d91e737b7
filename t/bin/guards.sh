#!/bin/sh
# Runs every guard of t/guard; each prints "ok - name" or "not ok - name" and
# what it found, and may print several.
cd "$(dirname "$0")/../.." || exit 2
out=$(mktemp) || exit 2
trap 'rm -f "$out"' EXIT
passed=0 failed=0
for guard in t/guard/*.sh; do
    sh "$guard" > "$out" 2>&1
    status=$?
    cat "$out"
    p=$(grep -c '^ok\>' "$out")
    f=$(grep -c '^not ok\>' "$out")
    if [ $((p + f)) = 0 ] || { [ $status != 0 ] && [ "$f" = 0 ]; }; then
        echo "not ok - $guard ended with $status"
        f=$((f + 1))
    fi
    passed=$((passed + p)) failed=$((failed + f))
done
echo "guards: $passed passed, $failed failed"
[ $failed = 0 ]
