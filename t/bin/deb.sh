#!/bin/sh
# `make deb`: builds the Debian package from the files of this tree, in a
# copy of it: build/deb/libapache2-mod-game_VERSION_ARCH.deb
#
#   deb.sh [DIRECTORY]           where the package goes, build/deb by default
#   DEB_VERSION=0.1              other than that of mod_game/version.h
#   SOURCE_DATE_EPOCH=           other than the last commit's
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
out=${1:-$top/build/deb}
version=${DEB_VERSION:-$(sed -n 's/^#define GAME_VERSION "\(.*\)"/\1/p' \
                         "$top/mod_game/version.h")}
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    SOURCE_DATE_EPOCH=$(git -C "$top" log -1 --format=%ct 2>/dev/null ||
                        stat -c %Y "$top/CHANGES")
fi
export SOURCE_DATE_EPOCH
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/game-deb.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

tree=$work/mod-game-$version
mkdir "$tree"
( cd "$top" && tar -c --exclude=./build --exclude=./var --exclude=./.git \
      --exclude=__pycache__ . ) | tar -x --no-same-owner -C "$tree"
cp -r "$tree/conf/debian" "$tree/debian"
# the package has the times of its files: not those of this checkout
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

# CHANGES says what changed, version by version
date=$(LC_ALL=C date -u -d "@$SOURCE_DATE_EPOCH" '+%a, %d %b %Y %H:%M:%S +0000')
maintainer=$(sed -n 's/^Maintainer: //p' "$tree/debian/control")
{
    echo "libapache2-mod-game ($version) unstable; urgency=medium"
    echo
    awk '/^[0-9]/ { n++; next } n == 1 && /^  / {
             sub(/^  \*\) /, "  * "); sub(/^     /, "    "); print }' \
        "$tree/CHANGES"
    echo
    echo " -- $maintainer  $date"
} > "$tree/debian/changelog"

( cd "$tree" &&
  env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u GAME_BUILD -u B \
      dpkg-buildpackage -b -us -uc ) > "$work/log" 2>&1 || {
    cat "$work/log" >&2
    exit 1
}
cp "$work"/*.deb "$out/"
cp "$work/log" "$out/build.log"
ls "$out"/libapache2-mod-game_"$version"_*.deb
