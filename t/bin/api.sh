#!/bin/sh
# The Apache::Test suites: api.sh [t/api/x.t ...], by default all of t/api and
# t/life. Runs on a copy in a temporary directory, and when root as an
# unprivileged user: neither Apache::Test nor Postgres accepts root.
#
#   GAME_TEST_MPM=event|worker|prefork
#   GAME_ASAN=1         the module was built with sanitizers: reports fail
#   GAME_TEST_VERBOSE=1 every test's line
#   GAME_API_LOGS=DIR   where the logs of a failure go; build/api-logs
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top"
build=${GAME_BUILD:-build}
[ -e "$build/mod_game.so" ] || { echo "no $build/mod_game.so" >&2; exit 1; }

[ $# != 0 ] || set -- t/api/*.t t/life/*.t
tests=
for test in "$@"; do
    [ -e "$test" ] || continue
    tests="$tests $test"
done
[ -n "$tests" ] || { echo "no such tests: $*" >&2; exit 1; }
# the last one looks at what all the others left in the logs
last=t/life/zz_secrets.t
case " $tests " in *" $last "*) ;; *) tests="$tests $last" ;; esac

dir=$(mktemp -d /tmp/game-api.XXXXXX)
chmod 755 "$dir"
keep_logs() {
    logs=${GAME_API_LOGS:-$build/api-logs}
    rm -rf "$logs"
    mkdir -p "$logs"
    cp -r "$dir/t/logs/." "$dir/asan" "$logs/" 2>/dev/null || true
    echo "logs: $logs"
}
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

mkdir -p "$dir/t" "$dir/asan"
for part in TEST.PL lib conf bin data vectors api life; do
    [ ! -e "t/$part" ] || cp -r "t/$part" "$dir/t/"
done
cp -r sql conf mod_game "$dir/"
cp "$build/mod_game.so" "$dir/mod_game.so"
example=$build/modules/mod_game_example.so
[ ! -e "$example" ] || cp "$example" "$dir/mod_game_example.so"
rm -f "$dir"/mod_game/*.o
mkdir "$dir/docs"
[ ! -d build/docs ] || cp -r build/docs/. "$dir/docs"

GAME_HTTPD=${HTTPD:-/usr/sbin/apache2}
if [ -n "${GAME_ASAN:-}" ]; then
    asan=$(${CC:-gcc} -print-file-name=libasan.so)
    cat > "$dir/httpd" <<WRAP
#!/bin/sh
LD_PRELOAD=$asan
ASAN_OPTIONS=detect_leaks=0:log_path=$dir/asan/report
UBSAN_OPTIONS=print_stacktrace=1:log_path=$dir/asan/report
export LD_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS
exec $GAME_HTTPD "\$@"
WRAP
    chmod 755 "$dir/httpd"
    GAME_HTTPD=$dir/httpd
fi

set -- env HOME="$dir" LC_ALL=C TMPDIR=/tmp HARNESS_TIMER=1 \
    GAME_HTTPD="$GAME_HTTPD" GAME_TEST_MODULE="$dir/mod_game.so" \
    GAME_TEST_EXAMPLE="$dir/mod_game_example.so" \
    GAME_TEST_MPM="${GAME_TEST_MPM:-event}" \
    perl t/TEST.PL -verbose
if [ "$(id -u)" = 0 ]; then
    user=nobody
    chown -R "$user:$(id -g "$user")" "$dir"
    set -- setpriv --reuid "$user" --regid "$(id -g "$user")" \
        --clear-groups "$@"
fi

# verbose, so that a failing test says what it found; what went well is hidden
hide='^exit status [0-9]*$|^waiting 60 seconds'
[ -n "${GAME_TEST_VERBOSE:-}" ] || hide="$hide|^ok [0-9]|^[0-9]+\.\.[0-9]+|^# *\$"
# shellcheck disable=SC2086
( cd "$dir" && { "$@" $tests 2>&1; echo "exit status $?"; } ) |
    tee "$dir/out" | grep --line-buffered -vE "$hide" || true
status=$(sed -n 's/^exit status \([0-9]*\)$/\1/p' "$dir/out" | tail -n 1)

# Test::Harness says how many there were and how many failed
total=$(sed -n 's/^Files=[0-9]*, Tests=\([0-9]*\),.*/\1/p' "$dir/out")
failed=$(sed -n 's|.* \([0-9]*\)/[0-9]* subtests failed.*|\1|p' "$dir/out" |
         tail -n 1)
total=${total:-0} failed=${failed:-0}
if [ "${status:-1}" != 0 ] && [ "$failed" = 0 ]; then
    failed=1
fi
for report in "$dir"/asan/report* ; do
    [ -e "$report" ] || continue
    echo "sanitizer report:"
    head -n 60 "$report"
    failed=$((failed + 1))
done
if [ -n "${GAME_ASAN:-}" ] &&
   grep -h 'runtime error:' "$dir/t/logs/error_log" 2>/dev/null; then
    failed=$((failed + 1))
fi
passed=$((total > failed ? total - failed : 0))
[ "$failed" = 0 ] || keep_logs
echo "api: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
