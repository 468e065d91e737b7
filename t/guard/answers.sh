# Every row of the route table says what it answers: the schema that the API
# document shows and the suites check, the media types, or nothing (204).
cd "$(dirname "$0")/../.." || exit 2
found=$(awk '
    function ended() {
        if (row != "" && row !~ /GAME_ANSWERS\(|\.media = |\.success = 204/) {
            print "no answer: " row
        }
        row = ""
    }
    /^    \{ "/ { ended() }
    /^    \{ NULL/ { ended(); exit }
    /^    \{ "/ || row != "" { row = row $0 }' \
    mod_game/api/*_routes.h mod_game/route_table.c |
    sed 's/  */ /g' | cut -c1-78)
if [ -n "$found" ]; then
    printf '%s\n' "$found"
    echo "add GAME_ANSWERS(schema, statuses of failures, 0): api/answers.h"
    echo "not ok - routes say what they answer"
    exit 1
fi
echo "ok - routes say what they answer"
