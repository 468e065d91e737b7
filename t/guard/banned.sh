# Functions that no C source calls.
cd "$(dirname "$0")/../.." || exit 2
found=$(find mod_game strategies dsl t -name '*.[ch]' -exec grep -HnE \
    '(^|[^A-Za-z0-9_])(atoi|strtok|sprintf|vsprintf|strcpy|strcat|gets)[[:space:]]*\(' \
    {} +)
if [ -n "$found" ]; then
    printf '%s\n' "$found"
    echo "not ok - banned functions"
    exit 1
fi
echo "ok - banned functions"
