# The pages of the manual are well-formed, and the defaults that it states are
# those of the code. What the manual leaves out is found where it is made
# (mod_game/manual/manual.pl).
cd "$(dirname "$0")/../.." || exit 2
build=${GAME_BUILD:-build}
status=0

set -- "$build"/manual/*.html
found=$(perl -0777 -ne '
    my (@open, %void);
    $void{$_} = 1 for qw(meta link br hr img);
    my $fault = sub { print "$ARGV: $_[0]\n" };
    $fault->("no doctype") if !/^<!DOCTYPE html>\n/;
    while (m{\G(?:([^<&]+)|&(\w+);|<!DOCTYPE\shtml>
             |<(/?)(\w+)((?:\s[\w-]+="[^"<>]*")*)>|(.))}gxs) {
        my ($entity, $end, $name, $rest, $odd) = ($2, $3, $4, $5, $6);
        if (defined $odd) {
            $fault->("a loose $odd near " . substr $_, pos, 30);
        }
        elsif (defined $entity) {
            $fault->("&$entity;") if $entity !~ /^(?:lt|gt|amp|quot)$/;
        }
        elsif (!defined $name || $void{$name}) {
            next;
        }
        elsif ($end eq "") {
            push @open, $name;
        }
        elsif (!@open || pop @open ne $name) {
            $fault->("</$name> ends nothing");
            last;
        }
    }
    $fault->("<$_> has no end") for @open;' "$@")
if [ -n "$found" ] || [ ! -e "$1" ]; then
    printf '%s\n' "$found"
    echo "not ok - the manual is well-formed"
    status=1
else
    echo "ok - the manual is well-formed"
fi

found=$(perl t/guard/manual_defaults.pl)
if [ $? != 0 ] || [ -n "$found" ]; then
    printf '%s\n' "$found"
    echo "not ok - the manual has the defaults of the code"
    status=1
else
    echo "ok - the manual has the defaults of the code"
fi
exit $status
