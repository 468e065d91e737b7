# Every header compiles alone, and has its guard.
cd "$(dirname "$0")/../.." || exit 2
gen=${GAME_BUILD:-build}/generated
flags="$(apr-1-config --cppflags --includes) $(apu-1-config --includes)
    $(pkg-config --cflags jansson libpq)"
status=0
bad=
for header in mod_game/*.h mod_game/api/*.h mod_game/campaigns/*.h \
              strategies/*.h dsl/*.h; do
    [ -e "$header" ] || continue
    case $header in mod_game/db_statements.h) continue ;; esac
    # shellcheck disable=SC2086
    ${CC:-gcc} -std=c11 -D_GNU_SOURCE -fsyntax-only -x c \
        -I"$gen" -Imod_game -Imod_game/campaigns -Istrategies -Idsl \
        -isystem "$(apxs -q INCLUDEDIR)" $flags "$header" || bad="$bad $header"
    name=$(basename "$header" .h | tr '[:lower:]' '[:upper:]')
    grep -qE "^#ifndef (GAME_([A-Z]+_)?)?${name}_H\$" "$header" ||
        bad="$bad $header(guard)"
done
if [ -n "$bad" ]; then
    echo "not alone:$bad"
    echo "not ok - headers compile alone"
    status=1
else
    echo "ok - headers compile alone"
fi
exit $status
