# Tags of log messages: one number, one place.
cd "$(dirname "$0")/../.." || exit 2
found=$(find mod_game -name '*.c' -exec \
        grep -ohE 'GAME_LOGNO\([0-9]+\)' {} + | sort | uniq -d)
short=$(find mod_game -name '*.c' -exec grep -HnoE 'GAME_LOGNO\([^)]*\)' {} + |
        grep -vE 'GAME_LOGNO\([0-9]{4}\)')
if [ -n "$found$short" ]; then
    printf '%s\n' "$found" "$short"
    echo "not ok - log numbers are four digits and unique"
    exit 1
fi
echo "ok - log numbers are four digits and unique"
