# Which headers may be included where: the borders of design.md.
cd "$(dirname "$0")/../.." || exit 2
status=0

# rule NAME HEADERS-REGEX FILES-REGEX-THAT-MAY
rule() {
    found=$(find mod_game strategies dsl -name '*.[ch]' -exec \
        grep -HnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($2)[>\"]" {} + |
        grep -vE "^($3):")
    if [ -n "$found" ]; then
        printf '%s\n' "$found"
        echo "not ok - includes: $1"
        status=1
    else
        echo "ok - includes: $1"
    fi
}

rule 'the database only in mod_game/db*.c' \
    'libpq-fe\.h|libpq-events\.h|apr_dbd\.h|mod_dbd\.h' \
    'mod_game/db[a-z_]*\.c|mod_game/db_[a-z_]+\.h'
rule 'jansson only in mod_game/json*.c and dsl/ast.c' \
    'jansson\.h' 'mod_game/json[a-z_]*\.[ch]|dsl/ast\.c'
rule 'hiredis only in mod_game/limit_redis.c' \
    'hiredis/.*|hiredis\.h' 'mod_game/limit_redis\.c'
rule 'libcurl only in mod_game/campaigns/provider_http.c' \
    'curl/.*|curl\.h' 'mod_game/campaigns/provider_http\.c'
rule 'nothing of httpd in strategies/, dsl/ and mod_game/campaigns/' \
    'httpd\.h|http_[a-z]+\.h|ap_[a-z]+\.h|util_[a-z]+\.h' \
    'mod_game/[a-z_]+\.[ch]|mod_game/(api|manual)/.*'
rule 'no statement and no request in mod_game/campaigns/' \
    'db[a-z_]*\.h|request[a-z_]*\.h|config\.h|route\.h' \
    '(strategies|dsl)/.*|mod_game/[a-z_]+\.[ch]|mod_game/(api|manual)/.*'
exit $status
