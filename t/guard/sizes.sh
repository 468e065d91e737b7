# C files: at most 600 lines, 80 columns, no tabs, no blanks at line ends.
cd "$(dirname "$0")/../.." || exit 2
found=$(find mod_game strategies dsl t -name '*.[ch]' \
             ! -name 'db_statements.[ch]' -exec awk '
    FNR > 600 && !long[FILENAME]++ { print FILENAME ": over 600 lines" }
    { wide = $0; gsub(/[\200-\277]/, "", wide) }
    length(wide) > 80 { print FILENAME ":" FNR ": over 80 columns" }
    /\t/ { print FILENAME ":" FNR ": a tab" }
    /[ \r]$/ { print FILENAME ":" FNR ": a blank at the end" }' {} +)
if [ -n "$found" ]; then
    printf '%s\n' "$found" | head -n 40
    echo "not ok - sizes"
    exit 1
fi
echo "ok - sizes"
