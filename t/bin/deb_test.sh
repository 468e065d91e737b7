#!/bin/sh
# `make deb-test`: the Debian package in a new root, which is made for it by
# mmdebstrap: built twice the same, installed, upgraded, removed, purged, and
# used as README says. Needs root. Ends with "N passed, N failed".
#
#   DEB_MIRROR="..."    mirror or files of sources, else those of this machine
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
[ "$(id -u)" = 0 ] || { echo "deb-test makes a root: run it as root" >&2
                        exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/game-root.XXXXXX")
root=$work/root
passed=0 failed=0

inside() { chroot "$root" env LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin \
               DEBIAN_FRONTEND=noninteractive "$@"; }
end() {
    if [ -d "$root/proc/1" ]; then
        inside apache2ctl stop > /dev/null 2>&1 || true
        inside pg_ctlcluster 15 main stop -m immediate > /dev/null 2>&1 ||
            true
        umount "$root/proc"
    fi
    rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM

ok() {                          # NAME COMMAND ...: is it true?
    name=$1
    shift
    if "$@" > "$work/said" 2>&1; then
        echo "ok - $name"
        passed=$((passed + 1))
    else
        echo "not ok - $name"
        sed 's/^/    /' "$work/said" | tail -n 20
        failed=$((failed + 1))
    fi
}
not() { ! "$@"; }
says() {                        # TEXT COMMAND ...
    text=$1
    shift
    "$@" > "$work/text" 2>&1 || true
    cat "$work/text"
    grep -q -e "$text" "$work/text"
}

# ---- the package, of this version and of one before ----

version=$(sed -n 's/^#define GAME_VERSION "\(.*\)"/\1/p' \
          "$top/mod_game/version.h")
sh "$top/t/bin/deb.sh" "$work/new" > /dev/null
sh "$top/t/bin/deb.sh" "$work/again" > /dev/null
DEB_BUILD_OPTIONS=nocheck DEB_VERSION="$version~before" \
    sh "$top/t/bin/deb.sh" "$work/old" > /dev/null
new=$(ls "$work"/new/libapache2-mod-game_*.deb)
ok 'built twice, the same bytes' \
    cmp "$new" "$work/again/$(basename "$new")"
ok 'lintian has nothing to say' \
    lintian --allow-root --fail-on error,warning "$new"

# ---- a new root with httpd ----

sources=${DEB_MIRROR:-}
if [ -z "$sources" ]; then
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
        if [ -s "$file" ] && grep -q 'bookworm\|bullseye\|trixie' "$file" &&
           ! grep -q 'signed-by=\|nodesource' "$file"; then
            sources="$sources $file"
        fi
    done
fi
options=
for file in /etc/apt/apt.conf.d/*; do
    if grep -qi 'acquire::.*proxy' "$file" 2>/dev/null; then
        options="$options --aptopt=$file"
    fi
done
codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
# shellcheck disable=SC2086
mmdebstrap -q --variant=minbase --include=apache2,curl $options \
    "$codename" "$root" $sources > "$work/mmdebstrap" 2>&1 ||
    { cat "$work/mmdebstrap"; exit 1; }
mount -t proc proc "$root/proc"
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
echo 'ServerName localhost' > "$root/etc/apache2/conf-enabled/name.conf"
inside apt-get -q update > /dev/null
mkdir "$root/deb"
cp "$work"/old/libapache2-mod-game_*.deb "$root/deb/old.deb"
cp "$new" "$root/deb/new.deb"
apt() { inside apt-get -q -y --no-install-recommends "$@"; }

# what is there but what dpkg, apt, logs and running servers keep
files() {
    ( cd "$root" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./run \
          -o -path ./var/lib/dpkg -o -path ./var/lib/apt \
          -o -path ./var/cache -o -path ./var/log -o -path ./tmp \
          -o -path ./deb \) -prune -o -print ) |
        grep -v -e '^./etc/ld.so.cache$' \
                -e '^./var/lib/apache2/module/' | sort
}
loaded() { says ' game_module ' inside apache2ctl -M; }
configtest() { says 'Syntax OK' inside apache2ctl configtest; }
files > "$work/before"

# ---- installed, upgraded, installed again ----

ok 'an older version installs' apt install /deb/old.deb
ok 'it is enabled' inside a2query -q -m game
ok 'configtest passes' configtest
ok 'httpd loads it' loaded
echo '# an operator was here' >> "$root/etc/apache2/mods-available/game.conf"
ok 'the new version replaces it' apt -o Dpkg::Options::=--force-confdef \
    -o Dpkg::Options::=--force-confold install /deb/new.deb
ok 'it is that version' says "^$version\$" \
    inside dpkg-query -W -f '${Version}\n' libapache2-mod-game
ok 'it is enabled still' inside a2query -q -m game
ok 'what the operator wrote stays' grep -q '^# an operator' \
    "$root/etc/apache2/mods-available/game.conf"
ok 'configtest passes after the upgrade' configtest
ok 'once more, the same' apt install --reinstall /deb/new.deb
ok 'configtest passes after that' configtest
ok 'a module that the operator disabled' inside a2dismod -q game
ok 'stays so over an installation' apt install --reinstall /deb/new.deb
ok 'it is disabled' not inside a2query -q -m game
ok 'enabled again' inside a2enmod -q game

# ---- removed, purged ----

ok 'removed' apt remove libapache2-mod-game
ok 'configtest passes without it' configtest
ok 'httpd does not load it' not loaded
ok 'its configuration waits' test -s \
    "$root/etc/apache2/mods-available/game.conf"
ok 'purged' apt purge libapache2-mod-game
ok 'and what it needed' apt autoremove --purge
# game.load asked for httpd's mod_dbd, which others may use by now: it stays
rm -f "$root/etc/apache2/mods-enabled/dbd.load"
files > "$work/after"
ok 'nothing is left' diff "$work/before" "$work/after"

# ---- used, as README has it under Production ----

ok 'installed with what serves' apt install /deb/new.deb postgresql \
    libaprutil1-dbd-pgsql
inside pg_ctlcluster 15 main start -o "-c listen_addresses=''" ||
    inside pg_lsclusters
as_postgres() { inside setpriv --reuid postgres --regid postgres \
                    --clear-groups env HOME=/ "$@"; }
ok 'a role' as_postgres createuser game
ok 'a database' as_postgres createdb -O game game
# peer authentication knows users of the system; httpd runs as www-data
sed -i '1i local game game trust' "$root/etc/postgresql/15/main/pg_hba.conf"
inside pg_ctlcluster 15 main reload
ok 'game-migrate makes the tables' says 'applied 0002_tables' \
    as_postgres env PGUSER=game DATABASE=game game-migrate
ok 'and does nothing again' says 'nothing to apply' \
    as_postgres env PGUSER=game DATABASE=game game-migrate
key=$(as_postgres psql -d game -A -t -c \
      "select game.create_admin_key('setup')")
port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
echo "Listen 127.0.0.1:$port" > "$root/etc/apache2/ports.conf"
# the block of README's Production section, and no other line
awk '/^       DBDriver/ { on = 1 } on && /^   [^ ]/ { exit }
     on { sub(/^       /, ""); print }' "$top/README" |
    grep -v -e '^ *AuthType' -e OIDC -e GameToken -e GameAdminRole \
    > "$root/etc/apache2/conf-available/api.conf"
cat "$root/etc/apache2/conf-available/api.conf" > "$work/conf"
inside a2enconf -q api
ok 'configtest passes with it' configtest
inside apache2ctl start > "$work/started" 2>&1 || cat "$work/started"
api() {                         # PATH [BODY]
    curl -s -m 10 --retry 5 --retry-connrefused -H "X-API-Key: $key" \
        -H 'Content-Type: application/json' ${2:+-d "$2"} \
        "http://127.0.0.1:$port/api/v1$1"
}
ok 'it is ready' says 'ready' api /kpi/ready
game=$(api /games '{"externalGameId": "recycling", "platform": "web"}' |
       sed 's/.*"gameId": *"\([^"]*\)".*/\1/')
ok 'a task' says glass api "/games/$game/tasks" '{"externalTaskId": "glass"}'
ok 'an award' says '"points": *1\b' api "/games/$game/tasks/glass/points" \
    '{"externalUserId": "ada", "data": {"bottles": 3}}'
ok 'and its wallet' says '"pointsBalance": *1\b' api /users/ada/wallet
inside apache2ctl stop > /dev/null 2>&1 || true
ok 'purged, used as it was' apt purge libapache2-mod-game
ok 'configtest passes but for what names it' \
    says 'Invalid command .Game' inside apache2ctl configtest
ok 'the data stays' says '^1$' as_postgres psql -d game -A -t -c \
    'select sum(points) from game.awards'

echo "deb: $passed passed, $failed failed"
[ $failed = 0 ]
