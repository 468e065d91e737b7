#!/bin/sh
# Plays the campaigns in a browser: run.sh [--shots DIR]. Ends with
# "N passed, N failed". Most of it is played with a stand-in for the server;
# what that cannot show, on a throwaway server (t/bin/server.sh), which needs a
# build. Chromium is Debian's; playwright-core comes by npm, of the version and
# with the digest of package-lock.json.
#
#   GAME_BROWSER_URL=http://host:port/play/ID/   plays those campaigns (blanks
#                    between several) of a server that runs, and nothing else
#   GAME_BROWSER_PLAYS=1    how often each of them
#   GAME_BROWSER_ALLOW=     an expression for what may stand on their console
#   GAME_BROWSER_ONLY=      an expression for the names of the tests to run
#   GAME_BROWSER=           another browser than /usr/bin/chromium
set -eu

TOP=$(cd "$(dirname "$0")/../.." && pwd)
HERE=$TOP/t/browser
BUILD=$TOP/build/browser

if ! command -v node > /dev/null || ! command -v npm > /dev/null ||
   ! command -v chromium > /dev/null; then
    sh "$TOP/t/bin/packages.sh" browser
fi
mkdir -p "$BUILD"
if ! cmp -s "$HERE/package-lock.json" "$BUILD/installed"; then
    cp "$HERE/package.json" "$HERE/package-lock.json" "$BUILD"
    (cd "$BUILD" && npm ci --silent --ignore-scripts --no-audit --no-fund)
    cp "$HERE/package-lock.json" "$BUILD/installed"
fi
if [ -n "${GAME_BROWSER_URL:-}" ]; then
    exec node "$HERE/main.js" "$@"
fi
exec sh "$TOP/t/bin/server.sh" with-sandbox node "$HERE/main.js" "$@"
