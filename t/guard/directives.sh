# Every directive of the command table is in the sample configuration and in
# README, and the samples name no other.
cd "$(dirname "$0")/../.." || exit 2
table=$(grep -ohE '"Game[A-Za-z]+"' mod_game/directives.c \
             mod_game/directives_campaigns.h | tr -d '"' | sort -u)
status=0
bad=
for name in $table; do
    grep -qwE "$name" conf/game.conf || grep -qwE "$name" conf/game-oidc.conf ||
        bad="$bad $name(conf)"
    grep -qw "$name" README 2>/dev/null || bad="$bad $name(README)"
done
for name in $(grep -ohE '^[[:space:]]*#?Game[A-Z][A-Za-z]+' \
                   conf/game.conf conf/game-oidc.conf conf/game-campaigns.conf \
                   conf/game-dev.conf.in |
              tr -d ' #' | sort -u); do
    printf '%s\n' "$table" | grep -qx "$name" || bad="$bad $name(unknown)"
done
if [ -z "$table" ] || [ -n "$bad" ]; then
    echo "missing:$bad"
    echo "not ok - directives are documented"
    status=1
else
    echo "ok - directives are documented"
fi
exit $status
