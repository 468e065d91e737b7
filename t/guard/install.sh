# What `make install` puts where: all of it, and nothing elsewhere.
cd "$(dirname "$0")/../.." || exit 2
dir=$(mktemp -d "${TMPDIR:-/tmp}/game-install.XXXXXX")
trap 'rm -rf "$dir"' EXIT
libexec=$(apxs -q LIBEXECDIR)
bad=0
make -s install DESTDIR="$dir" > /dev/null || exit 1

# lives in folders of ours, but for these
others=$(cd "$dir" && find . -type f | sed 's/^\.//' |
         grep -v -e '^/usr/share/mod_game/' -e '^/usr/include/mod_game/' |
         sort | tr '\n' ' ')
want="/etc/apache2/mods-available/game.conf"
want="$want /etc/apache2/mods-available/game.load"
want="$want $libexec/mod_game.so /usr/sbin/game-migrate "
if [ "$others" != "$want" ]; then
    echo "installed elsewhere: $others"
    bad=1
fi
for file in sql/migrations/*.sql sql/migrate.sh conf/game-*.conf; do
    if ! cmp -s "$file" "$dir/usr/share/mod_game/$file"; then
        echo "not installed: $file"
        bad=1
    fi
done
for file in $(cd mod_game && find campaigns/templates campaigns/workflows \
                   campaigns/play -type f); do
    if ! cmp -s "mod_game/$file" "$dir/usr/share/mod_game/$file"; then
        echo "not installed: $file"
        bad=1
    fi
done
# the scripts of others with their licences, where they could be fetched
for file in swagger-ui-dist.LICENSE swagger-ui-dist.NOTICE redoc.LICENSE \
            swagger-ui-bundle.js.LICENSE.txt redoc.standalone.js.LICENSE.txt
do
    if [ -e "$dir/usr/share/mod_game/docs/redoc.standalone.js" ] &&
       [ ! -s "$dir/usr/share/mod_game/docs/$file" ]; then
        echo "not installed: $file"
        bad=1
    fi
done
if [ $bad != 0 ]; then
    echo "not ok - installed files"
    exit 1
fi
echo "ok - installed files"
