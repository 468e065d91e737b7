# The module exports its record and nothing else.
cd "$(dirname "$0")/../.." || exit 2
so=${GAME_BUILD:-build}/mod_game.so
names=$(nm -D --defined-only "$so" | awk '{ print $NF }' | sort | tr '\n' ' ')
if [ "$names" != "game_module " ]; then
    echo "$so exports: $names"
    echo "not ok - one exported symbol"
    exit 1
fi
echo "ok - one exported symbol"
