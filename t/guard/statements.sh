# Every statement is used, and its name is fit for a prepared statement.
cd "$(dirname "$0")/../.." || exit 2
bad=
for file in sql/statements/*.sql; do
    [ -e "$file" ] || continue
    name=$(basename "$file" .sql)
    [ ${#name} -le 57 ] || bad="$bad $name(long)"
    symbol=GAME_SQL_$(printf '%s' "$name" | tr '[:lower:]' '[:upper:]')
    find mod_game -name '*.c' ! -name 'db_statements.c' \
         -exec grep -qw "$symbol" {} \; -print -quit | grep -q . ||
        bad="$bad $name"
done
if [ -n "$bad" ]; then
    echo "not used:$bad"
    echo "not ok - statements are used"
    exit 1
fi
echo "ok - statements are used"
