# Prints defaults of directives that the manual and the code state
# differently. Which member a directive sets is said by the comment behind it
# in config.h; its default is in its getter: OR(conf->member, value), or
# conf->member ? conf->member : "text".
use strict;
use warnings FATAL => 'all';

sub slurp {
    my $all = '';
    for my $file (@_) {
        open my $in, '<', $file or die "$file: $!\n";
        local $/;
        $all .= <$in>;
    }
    return $all;
}

my $manual = slurp('mod_game/manual/directives.txt');
my $header = slurp(glob 'mod_game/config*.h');
my $code = slurp(glob 'mod_game/config*.c');

my (%member, %type);
while ($header =~ m{^\s*([\w ]+?[ *]+)(\w+);\s*/\*\*<\s*(Game\w+)\b}mg) {
    $member{$3} = $2;
    $type{$3} = $1;
}
my %default;
while ($code =~ /\bOR\(conf->(\w+),\s*(.+?)\);/gs) {
    $default{$1} = $2;
}
while ($code =~ /conf->(\w+)\s*\?\s*conf->\1\s*:\s*"([^"]*)"/g) {
    $default{$1} = qq("$2");
}
# a provider, by its name: &game_limit_shm is shm
while ($code =~ /conf->(\w+)\s*\?\s*conf->\1\s*:\s*&game_[a-z]+_(\w+)/g) {
    $default{$1} = qq("$2");
}

# A constant of C: numbers and what makes intervals of them.
sub number {
    my ($text) = @_;
    $text =~ s/apr_time_from_sec\(([\d *]+)\)/($1) * 1000000/g;
    $text =~ s/apr_time_from_msec\(([\d *]+)\)/($1) * 1000/g;
    $text =~ s/APR_USEC_PER_SEC/1000000/g;
    while ($text =~ /#?\b([A-Z_]{3,})\b/) {
        my $name = $1;
        my ($value) = ($code . $header) =~ /#define\s+$name\s+(.+)/ or last;
        $text =~ s/\b$name\b/($value)/g;
    }
    return $text =~ m{^[\d()*+/ -]+$} ? eval $text : undef;
}

# Defaults of GameRetention, a row a table.
sub tables {
    my ($text) = @_;
    my %told = $text =~ /^\| `(\w+)` \| (\d+) \|/mg;
    my %known = slurp('mod_game/retention.c')
        =~ /^\s*\{ "(\w+)", (\d+) \}/mg;
    for my $name (sort keys %{{ %told, %known }}) {
        my ($one, $two) = map { defined $_ ? $_ : 'nothing' }
            $told{$name}, $known{$name};
        print "GameRetention $name: $one, but $two in the code\n"
            if $one ne $two;
    }
}

my %unit = (milliseconds => 1000, seconds => 1000000);
# The sample configuration shows defaults as well.
my $sample = slurp('conf/game.conf');

my @blocks = split /^== /m, $manual;
shift @blocks;
for (@blocks) {
    my ($name) = /^(\w+)/;
    my ($syntax) = /^syntax: (.*)$/m;
    my ($stated) = /^default: ([^;\n]*)/m;
    my ($shown) = $sample =~ /^\s*#$name[ \t]+(.*?)\s*$/m;
    print "$name: $stated, but $shown in conf/game.conf\n"
        if defined $shown && $stated !~ /^none\b|^see/
        && $shown ne $stated && $name ne 'GameEngine';
    my $member = $member{$name};
    if (!defined $stated || !defined $syntax) {
        print "$name: no default is stated\n";
        next;
    }
    if ($stated eq 'see the text') {
        tables($_);
        next;
    }
    my $in_code = defined $member ? $default{$member} : undef;
    if ($stated =~ /^none\b/) {
        print "$name: has a default, $in_code\n" if defined $in_code;
        next;
    }
    if (!defined $in_code) {
        # a flag that is asked for with == 1 is off without it
        print "$name: no default in the code\n" if $stated ne 'Off';
        next;
    }
    # text, the name of a choice (GAME_AUDIT_ALL is All), or a number
    my $value = $in_code =~ /^"(.*)"$/ ? $1
              : $in_code =~ /^GAME_[A-Z]+_([A-Z]+)$/ ? $1 : number($in_code);
    my $want = $syntax eq 'On|Off' ? { On => 1, Off => 0 }->{$stated}
             : $syntax eq 'share' ? $stated * 1000000
             : $type{$name} =~ /interval/ ? $stated * ($unit{$syntax} || 1)
             : $stated;
    print "$name: $stated, but $in_code in the code\n"
        if !defined $value || !defined $want || lc $value ne lc $want;
}
