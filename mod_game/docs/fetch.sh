#!/bin/sh
# Puts together what GameDocsDir holds: our pages, and the files of Swagger UI
# and ReDoc that they load, from the npm packages below.
#
#   fetch.sh DIR
#
# Each package is of one version, with the SHA-512 of its archive. npm knows
# the registry. Without it, or without a network, our pages are there and say
# what is missing: nothing else depends on them.
set -eu

TOP=$(cd "$(dirname "$0")/../.." && pwd)
HERE=$TOP/mod_game/docs
DIR=$1
SWAGGER='swagger-ui-dist 5.35.0
U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ==
swagger-ui-bundle.js swagger-ui.css oauth2-redirect.js favicon-32x32.png
swagger-ui-bundle.js.LICENSE.txt LICENSE NOTICE'
REDOC='redoc 2.5.4
M6jWhG1qoBnH6TFmzJnstyCZ87HmOY/UzDm78mHiYihEdlV/YcS9ogOo1NlElnJMeLsyxHFe2yFc4sNjHTrABQ==
bundles/redoc.standalone.js bundles/redoc.standalone.js.LICENSE.txt LICENSE'

mkdir -p "$DIR"
DIR=$(cd "$DIR" && pwd)
cp "$HERE"/*.html "$HERE"/*.js "$DIR"
want=$(printf '%s\n%s\n' "$SWAGGER" "$REDOC")
[ "$(cat "$DIR/.fetched" 2>/dev/null)" != "$want" ] || exit 0

# what failed is tried again after an hour, or without that file
without() {
    echo "docs: $*; /docs and /redocs will say so" >&2
    [ -e "$DIR/.missing" ] || echo "$*" > "$DIR/.missing"
    exit 0
}
if [ -n "$(find "$DIR" -name .missing -mmin -60)" ]; then
    without "$(cat "$DIR/.missing")"
fi

if ! command -v npm >/dev/null 2>&1; then
    sh "$TOP/t/bin/packages.sh" docs >&2 && command -v npm >/dev/null 2>&1 ||
        without "npm is not there to fetch Swagger UI and ReDoc"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# fetch NAME VERSION SHA512 FILE ...: the files, beside each other in DIR;
# those of licences, which say what the scripts are made of, by the name of the
# package
fetch() {
    name=$1 version=$2 digest=$3
    shift 3
    ( cd "$work" && npm pack --silent --fetch-retries=1 --fetch-timeout=60000 \
          "$name@$version" >/dev/null 2>npm.log ) ||
        without "$name could not be fetched"
    archive=$work/$name-$version.tgz
    is=$(openssl dgst -sha512 -binary "$archive" | openssl base64 -A)
    if [ "$is" != "$digest" ]; then
        echo "docs: $name $version is not what it was: SHA-512 $is" >&2
        exit 1
    fi
    rm -rf "$work/package"
    tar -xzf "$archive" -C "$work"
    for file in "$@"; do
        to=$(basename "$file")
        case $to in LICENSE | NOTICE) to=$name.$to ;; esac
        cp "$work/package/$file" "$DIR/$to"
        chmod 644 "$DIR/$to"
    done
}

# shellcheck disable=SC2086
fetch $SWAGGER
# shellcheck disable=SC2086
fetch $REDOC
rm -f "$DIR/.missing"
printf '%s\n' "$want" > "$DIR/.fetched"
