# Tags of log messages: one number, one place; none without.
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

# Every message has one, but those of trace levels.
untagged=$(find mod_game -name '*.c' -exec perl -0777 -ne '
    while (/\bap_log_[a-z]*(?:error|_r?data)?\s*\(\s*APLOG_MARK([^;]{0,300})/gs) {
        my ($rest, $at) = ($1, pos);
        next if $rest =~ /^\s*,\s*APLOG_TRACE/ || $rest =~ /GAME_LOGNO\(/;
        my $line = 1 + (substr($_, 0, $at - length $rest) =~ tr/\n//);
        print "$ARGV:$line\n";
    }' {} +)
if [ -n "$untagged" ]; then
    printf '%s\n' "$untagged"
    echo "not ok - every log message has its number"
    exit 1
fi
echo "ok - every log message has its number"
