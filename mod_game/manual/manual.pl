# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# Makes the manual: manual.pl TABLE-PROGRAM OUT-DIRECTORY
#
# Pages are pages/*.txt in a small markup, see text() below. What the module
# itself knows (directives, endpoints, strategies) is asked of the program
# made of table.c; directives.txt and tags.txt say the rest. A directive or a
# log tag that is missing on either side, a link that leads nowhere and a page
# that is in no list end it.
use strict;
use warnings FATAL => 'all';

my ($program, $out) = @ARGV;
defined $out or die "usage: manual.pl TABLE-PROGRAM OUT-DIRECTORY\n";
(my $here = $0) =~ s{[^/]*$}{};
$here = './' if $here eq '';
my $top = "${here}../..";
my @faults;

sub fault { push @faults, join '', @_ }

sub slurp {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!\n";
    local $/;
    my $text = <$in>;
    return defined $text ? $text : '';
}

sub spew {
    my ($file, $text) = @_;
    open my $to, '>', $file or die "$file: $!\n";
    print $to $text;
    close $to or die "$file: $!\n";
}

# ---- what the module says ----

my (@directives, %directive, @routes, @strategies, @metrics);
for (split /\n/, `$program`) {
    my ($kind, @rest) = split /\t/, $_, -1;
    if ($kind eq 'directive') {
        my %d;
        @d{qw(name arguments context help)} = @rest;
        $directive{$d{name}} = \%d;
        push @directives, \%d;
    }
    elsif ($kind eq 'route') {
        my %r;
        @r{qw(method path access operation summary)} = @rest;
        push @routes, \%r;
    }
    elsif ($kind eq 'strategy') {
        push @strategies, [@rest];
    }
    elsif ($kind eq 'metric') {
        push @metrics, [@rest];
    }
}
$? == 0 && @directives && @routes && @strategies
    or die "$program says nothing\n";

# ---- what directives.txt says: "== Name", "word: text", "> example" ----

my $last;
for (split /\n/, slurp("${here}directives.txt")) {
    if (/^== (\w+)$/) {
        $last = $directive{$1} || { name => $1, unknown => 1 };
        fault("directives.txt: $1 is no directive") if $last->{unknown};
        fault("directives.txt: $1 is there twice") if $last->{text};
        $last->{text} = "\n";
    }
    elsif (!$last) {
        next;               # the head of the file
    }
    elsif (/^> ?(.*)/) {
        $last->{example} .= "$1\n";
    }
    elsif ($last->{text} eq "\n"
           && /^(syntax|default|range|context|page): (.*)/) {
        my ($word, $value) = ($1, $2);
        fault("$last->{name}: context is not narrower than the table's")
            if $word eq 'context'
            && index(", $last->{context},", ", $value,") < 0;
        $last->{$word} = $value;
    }
    else {
        $last->{text} .= "$_\n";
    }
}
for my $d (@directives) {
    for my $need (qw(syntax default page example)) {
        fault("directives.txt: $d->{name} has no $need")
            if !defined $d->{$need};
    }
    fault("directives.txt: $d->{name} has no text")
        if ($d->{text} || '') !~ /\w/;
    fault("$d->{name}: its example does not use it")
        if ($d->{example} || '') !~ /^\s*\Q$d->{name}\E /m;
}

# ---- log tags: the sources say number, level and place ----

my (%tag, %told);
sub sources {
    my ($dir) = @_;
    opendir my $list, $dir or die "$dir: $!\n";
    my @names = sort grep { !/^\./ } readdir $list;
    return map { -d "$dir/$_" ? sources("$dir/$_")
                 : /\.c$/ ? "$dir/$_" : () } @names;
}
for my $file (sources("$top/mod_game")) {
    my $text = slurp($file);
    (my $name = $file) =~ s{^.*/mod_game/}{mod_game/};
    # the level is the nearest before the tag; else the call has another form
    while ($text =~ /GAME_LOGNO\((\d{4})\)/g) {
        my ($no, $before) = ($1, substr $text, 0, $-[0]);
        my ($level) = $before =~ /.*\bAPLOG_(EMERG|ALERT|CRIT|ERR|WARNING|
            NOTICE|INFO|DEBUG)\b/xs;
        $tag{$no} = { file => $name,
            level => { ERR => 'error', WARNING => 'warn' }->{$level || ''}
                     || lc($level || '?') };
    }
}
for (split /\n/, slurp("${here}tags.txt")) {
    next if /^#/ || /^\s*$/;
    if (/^(\d{4}) (\w+) (.+)$/) {
        $last = $told{$1} = { level => $2, meaning => $3, todo => '' };
    }
    elsif ($last && /^\s+(.+)$/) {
        $last->{todo} .= ($last->{todo} eq '' ? '' : ' ') . $1;
    }
    else {
        fault("tags.txt: what is \"$_\"");
    }
}
for my $no (sort keys %{{ %tag, %told }}) {
    fault("tags.txt: GAME$no is not told"), next if !$told{$no};
    fault("tags.txt: GAME$no is not in the sources"), next if !$tag{$no};
    fault("tags.txt: GAME$no is $tag{$no}{level}, not $told{$no}{level}")
        if $tag{$no}{level} ne $told{$no}{level};
    fault("tags.txt: GAME$no does not say what to do")
        if $told{$no}{todo} eq '';
}

# ---- markup ----

# What samples call by names in at signs, as t/api/manual.t fills them in.
my %place = (CONF => '/usr/share/mod_game/conf', LOGS => '/var/log/apache2',
    SECRET => '/etc/apache2/game.secret', PORT1 => 8081, PORT2 => 8082);

sub sample {
    my ($text) = @_;
    $text =~ s/\@([A-Z]+\d?)\@/$place{$1} || fault("what is \@$1\@")/ge;
    return esc($text);
}

sub esc {
    my ($text) = @_;
    $text =~ s/&/&amp;/g;
    $text =~ s/</&lt;/g;
    $text =~ s/>/&gt;/g;
    $text =~ s/"/&quot;/g;
    return $text;
}

sub anchor {
    my ($text) = @_;
    $text =~ s/`//g;
    ($text = lc $text) =~ s/[^a-z0-9]+/-/g;
    $text =~ s/^-|-$//g;
    return $text;
}

# In a line: `code`, *word*, [[GameDirective]], [[GAME0101]], [text](where).
sub inline {
    my ($text, $page) = @_;
    my $html = '';
    while ($text =~ /\G(?:`([^`]+)` | \[\[(\w+)\]\] | \[([^\]]+)\]\(([^)]+)\)
                     | \*([^*\s][^*]*)\* | (.))/gxs) {
        if (defined $1) {
            $html .= '<code>' . esc($1) . '</code>';
        }
        elsif (defined $2) {
            my $name = $2;
            my $to = $name =~ /^GAME(\d{4})$/
                ? 'troubleshooting.html#' . lc $name
                : 'mod_game.html#' . lc $name;
            fault("$page: there is no $name")
                if $name =~ /^GAME(\d{4})$/ ? !$tag{$1} : !$directive{$name};
            $html .= qq(<a href="$to"><code>$name</code></a>);
        }
        elsif (defined $3) {
            my ($label, $to) = ($3, $4);
            $html .= '<a href="' . esc($to) . '">' . inline($label, $page)
                . '</a>';
        }
        elsif (defined $5) {
            $html .= '<em>' . esc($5) . '</em>';
        }
        else {
            $html .= esc($6);
        }
    }
    return $html;
}

sub table {
    my ($page, @rows) = @_;
    my $html = "<table>\n";
    my $cell = 'th';
    for (@rows) {
        next if /^\|[-| ]+\|$/;
        my ($inside) = /^\|\s*(.*?)\s*\|\s*$/
            or fault("$page: a row without an end: $_"), next;
        $html .= '<tr>' . join('', map { "<$cell>" . inline($_, $page)
            . "</$cell>" } split /\s*\|\s*/, $inside, -1) . "</tr>\n";
        $cell = 'td';
    }
    return "$html</table>\n";
}

# Blocks between empty lines: ## and ### are headings, ```kind ... ``` is
# code as it is, "- " and "1. " begin items, "| a | b |" rows; {{name}} is
# what a function below makes.
my %made;
sub text {
    my ($text, $page, $toc) = @_;
    my $html = '';
    while ($text =~ /\G(?:[ ]*\n)*(?:```(\w+)\n(.*?)\n```[ ]*(?:\n|\z)
                     | ((?:(?!```)[^\n]*\S[^\n]*(?:\n|\z))+))/gxs) {
        my ($kind, $code, $block) = ($1, $2, $3);
        if (defined $code) {
            $html .= qq(<pre class="$kind">) . sample($code) . "</pre>\n";
            next;
        }
        fault("$page: indented text: $block") if $block =~ /^    /m;
        if ($block =~ /^(##+) (.+)\n?\z/) {
            my ($level, $title) = (length $1, $2);
            my $id = anchor($title);
            push @$toc, [$id, $title] if $toc && $level == 2;
            $html .= qq(<h$level id="$id">) . inline($title, $page)
                . "</h$level>\n";
        }
        elsif ($block =~ /^\{\{(\w+)\}\}\s*\z/) {
            $html .= $made{$1} ? $made{$1}->()
                : (fault("$page: what is {{$1}}"), '')[1];
        }
        elsif ($block =~ /^\|/) {
            $html .= table($page, split /\n/, $block);
        }
        elsif ($block =~ /^(- |\d+\. )/) {
            my $list = $1 eq '- ' ? 'ul' : 'ol';
            my @items = split /^(?:- |\d+\. )/m, $block;
            shift @items;
            $html .= "<$list>\n" . join('', map { '<li>'
                . inline(join(' ', split), $page) . "</li>\n" } @items)
                . "</$list>\n";
        }
        else {
            $html .= '<p>' . inline(join(' ', split ' ', $block), $page)
                . "</p>\n";
        }
    }
    return $html;
}

sub fields {
    my (@rows) = @_;
    return qq(<table class="fields">\n) . join('', map { "<tr><th>$_->[0]"
        . "</th><td>$_->[1]</td></tr>\n" } @rows) . "</table>\n";
}

my (@pages, %title);

sub default_of {
    my ($d) = @_;
    my ($value, $more) = $d->{default} =~ /^([^;]*)(;.*)?\z/;
    return esc($d->{default}) if $value =~ /^(?:none|see)\b/;
    return '<code>' . esc("$d->{name} $value") . '</code>'
        . esc(defined $more ? $more : '');
}

sub directive {
    my ($d) = @_;
    my $name = $d->{name};
    my $id = lc $name;
    return qq(<div class="directive">\n<h2 id="$id"><a href="#$id">$name</a>)
        . qq( <span class="small">Directive</span></h2>\n)
        . fields(
            ['Description', esc(ucfirst $d->{help})],
            ['Syntax', '<code>' . esc("$name $d->{syntax}") . '</code>'],
            ['Default', default_of($d)],
            ($d->{range} ? ['Accepted', esc($d->{range})] : ()),
            ['Context', esc($d->{context})],
            ['Override', 'not in .htaccess'],
            ['Status', 'Extension'],
            ['Module', 'mod_game'],
            ['Compatibility', 'mod_game 0.1 and later'])
        . text($d->{text}, $name)
        . "<h3>Example</h3>\n"
        . qq(<pre class="conf">) . sample($d->{example}) . "</pre>\n"
        . qq(<p class="see">See also: <a href="$d->{page}.html">)
        . inline($title{$d->{page}} || (fault("$name: no page $d->{page}"),
                                        '')[1], $name)
        . "</a></p>\n</div>\n";
}

%made = (
    directive_list => sub {
        return "<ul class=\"directives\">\n" . join('', map {
            my $id = lc $_;
            qq(<li><a href="#$id"><code>$_</code></a></li>\n) }
            sort map { $_->{name} } @directives) . "</ul>\n";
    },
    directives => sub {
        return join '', map { directive($_) }
            sort { $a->{name} cmp $b->{name} }
            grep { defined $_->{page} && defined $_->{default}
                   && defined $_->{syntax} } @directives;
    },
    tags => sub {
        return "<table>\n<tr><th>Tag</th><th>Level</th><th>Meaning</th>"
            . "<th>What to do</th></tr>\n" . join('', map {
            my $told = $told{$_};
            qq(<tr id="game$_"><td><code>GAME$_</code></td>)
                . "<td>$told->{level}</td><td>"
                . inline($told->{meaning}, 'tags') . '</td><td>'
                . inline($told->{todo}, 'tags') . "</td></tr>\n" }
            sort keys %told) . "</table>\n";
    },
    routes => sub {
        return "<table>\n<tr><th>Endpoint</th><th>What it does</th>"
            . "<th>Who may call</th><th>Operation</th></tr>\n"
            . join('', map { '<tr><td><code>' . esc("$_->{method} $_->{path}")
                . '</code></td><td>' . esc($_->{summary}) . '</td><td>'
                . esc($_->{access}) . '</td><td><code>'
                . esc($_->{operation}) . "</code></td></tr>\n" } @routes)
            . "</table>\n";
    },
    strategies => sub {
        return "<table>\n<tr><th>Id</th><th>Name</th><th>Description</th>"
            . "</tr>\n" . join('', map { '<tr><td><code>' . esc($_->[0])
                . '</code></td><td>' . esc($_->[1]) . '</td><td>'
                . esc($_->[2]) . "</td></tr>\n" } @strategies)
            . "</table>\n";
    },
    metrics => sub {
        return "<table>\n<tr><th>Name</th><th>Kind</th><th>Labels</th>"
            . "<th>What it counts</th></tr>\n" . join('', map {
            my ($name, $kind, $labels, $help) = map { esc($_) } @$_;
            "<tr><td><code>$name</code></td><td>$kind</td><td>$labels</td>"
                . "<td>$help</td></tr>\n" } @metrics) . "</table>\n";
    },
    module => sub {
        return fields(
            ['Description', 'The GAME gamification engine as an API of httpd'],
            ['Status', 'Extension'],
            ['Module Identifier', '<code>game_module</code>'],
            ['Source File', '<code>mod_game.c</code>'],
            ['Compatibility', 'Apache httpd 2.4.52 and later, Postgres 14 and '
                . 'later; needs mod_dbd with apr_dbd_pgsql']);
    },
    contents => sub {
        return "<ul>\n" . join('', map { $_ eq 'index' ? ''
            : qq(<li><a href="$_.html">$title{$_}</a></li>\n) } @pages)
            . "</ul>\n";
    },
);

# ---- pages: "NN-name.txt", the first line is the title ----

opendir my $list, "${here}pages" or die "${here}pages: $!\n";
my %source;
for (sort grep { /\.txt$/ } readdir $list) {
    my ($name) = /^\d+-(\w+)\.txt$/ or fault("pages: $_ has no number"), next;
    my ($title, $text) = slurp("${here}pages/$_") =~ /^# ([^\n]+)\n(.*)/s
        or fault("pages: $_ has no title"), next;
    push @pages, $name;
    $title{$name} = $title;
    $source{$name} = $text;
}

sub page {
    my ($name) = @_;
    my @toc;
    my $body = text($source{$name}, $name, \@toc);
    my $toc = @toc < 3 ? '' : qq(<div class="toc">\n<ul>\n) . join('', map {
        qq(<li><a href="#$_->[0]">) . inline($_->[1], $name)
            . "</a></li>\n" } @toc) . "</ul>\n</div>\n";
    my $title = esc($title{$name});
    return <<"HTML";
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>$title - mod_game</title>
<link rel="stylesheet" href="manual.css">
</head>
<body>
<div class="head"><a href="index.html">mod_game: the manual</a></div>
<h1>$title</h1>
$toc$body
<div class="foot"><a href="index.html">Contents</a> |
<a href="mod_game.html">mod_game and its directives</a></div>
</body>
</html>
HTML
}

my %html = map { $_ => page($_) } @pages;

# ---- notes: all that are made are told ----

for my $file (sources("$top/mod_game")) {
    for (slurp($file) =~ /\bgame_request_note\([^,]+,\s*"([a-z-]+)"/g) {
        fault("logs: the note game-$_ is not told")
            if $source{logs} !~ /`game-\Q$_\E`/;
    }
}

# ---- nodes and fields of programs ----

for (slurp("$top/dsl/types.c") =~ /^    \{"([\w.]+)",/mg) {
    fault("dsl: $_ is not told") if $source{dsl} !~ /`\Q$_\E`/;
}

# ---- codes of errors ----

my $told = join '', slurp("${here}directives.txt"), values %source;
my $c = join '', map { slurp($_) } sources("$top/dsl"),
    sources("$top/mod_game");
for ($told =~ /`(DSL_[A-Z_]+)`/g) {
    fault("there is no code $_") if index($c, qq("$_")) < 0
        && !/^DSL_(?:FULL|EXTEND)$/;
}

# ---- endpoints, metrics and links: all of them are there ----

my %endpoint = map { ("$_->{method} $_->{path}" => 1) } @routes;
for my $name (sort keys %source) {
    for ($source{$name} =~ m{`((?:GET|POST|PUT|PATCH|DELETE) /[^`]*)`}g) {
        fault("$name: there is no $_") if !$endpoint{$_};
    }
}

my %metric = map { $_->[0] => 1 } @metrics;
for my $name (sort keys %source) {
    for ($source{$name} =~ /\b((?:game|dsl|http)_\w+_(?:total|seconds|bytes)
                            )(?:_bucket|_sum|_count)?\b/gx) {
        fault("$name: there is no metric $_") if !$metric{$_};
    }
}

for my $name (@pages) {
    my %ids;
    $ids{$_}++ && fault("$name: two anchors $_")
        for $html{$name} =~ / id="([^"]+)"/g;
}
for my $name (@pages) {
    # markup that was not understood would be seen by readers
    (my $plain = $html{$name}) =~ s{<(pre|code)\b.*?</\1>}{}gs;
    fault("$name: markup is left: $1")
        while $plain =~ /(\{\{\w*|\[\[\w*|\]\(|```|^\||`\S*)/mg;
    for my $to ($html{$name} =~ /href="([^"]+)"/g) {
        next if $to eq 'manual.css' || $to =~ m{^https?://};
        my ($page, $id) = $to =~ /^(?:(\w+)\.html)?(?:#(.+))?\z/
            or fault("$name: a link to $to"), next;
        $page = $name if !defined $page;
        fault("$name: a link to $to") if !$html{$page}
            || (defined $id && $html{$page} !~ / id="\Q$id\E"/);
    }
}

if (@faults) {
    print STDERR "$_\n" for @faults;
    die "the manual is not complete\n";
}
mkdir $out;
spew("$out/$_.html", $html{$_}) for @pages;
spew("$out/manual.css", slurp("${here}manual.css"));
