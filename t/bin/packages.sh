#!/bin/sh
# Installs the Debian packages that are missing:
#   packages.sh build|run|test|fuzz|deb|root|docs|browser|api-fuzz ...
# Asks dpkg only, and apt only when something is missing.
set -eu

want=
for set in "$@"; do
    case $set in
    build)
        want="$want gcc libc6-dev make pkg-config perl-base apache2-dev
              libjansson-dev libpq-dev libssl-dev libpcre2-dev
              libhiredis-dev libxlsxwriter-dev zlib1g-dev
              libcurl4-openssl-dev graphviz" ;;
    run)
        want="$want apache2 libapache2-mod-auth-openidc libaprutil1-dbd-pgsql
              postgresql python3-minimal python3 openssl" ;;
    test)
        want="$want perl libapache2-mod-perl2 libwww-perl
              libio-socket-ssl-perl check libsubunit-dev valgrind wrk
              python3-openpyxl redis-server gdb" ;;
    deb)
        want="$want build-essential debhelper fakeroot check libsubunit-dev" ;;
    root)
        want="$want mmdebstrap lintian python3" ;;
    fuzz)
        want="$want clang libclang-rt-14-dev" ;;
    docs)
        want="$want npm" ;;
    browser)
        # node's own packages bring npm with them: the command counts
        want="$want chromium"
        command -v node > /dev/null || want="$want nodejs"
        command -v npm > /dev/null || want="$want npm" ;;
    api-fuzz)
        want="$want python3-venv curl" ;;
    *)
        echo "packages.sh: no set $set" >&2
        exit 2 ;;
    esac
done

if ! command -v dpkg-query >/dev/null 2>&1; then
    exit 0                      # not Debian: the compiler will say
fi

# shellcheck disable=SC2086
there=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' $want 2>/dev/null |
        sed -n 's/^.i *//p') || true
missing=
for name in $want; do
    case "
$there
" in
    *"
$name
"*) ;;
    *) missing="$missing $name" ;;
    esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
    echo "missing packages:$missing" >&2
    echo "install them with: sudo apt-get update &&" \
         "sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
echo "installing:$missing"
tries=0
# shellcheck disable=SC2086
until apt-get -q -o Acquire::Retries=3 update &&
      apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 \
              install --no-install-recommends $missing; do
    tries=$((tries + 1))
    if [ "$tries" -ge 3 ]; then
        echo "these packages could not be installed:$missing" >&2
        exit 1
    fi
    sleep 5
done
