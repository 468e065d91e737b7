# Input of the endpoints of custom strategies that no client should send:
# each is refused with a word about it, and leaves the tables as they were.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Strategies;
use Game::Test;

plan need_module('game', 'auth_openidc', 'dbd');

my $realm = realm();
my @as = @{$realm->{as}};
my @admin = @{$realm->{admin}};
my $uuid = '00000000-0000-4000-8000-000000000000';
my ($status, $body, $response);

sub path { my ($id, $rest) = @_; return "/strategies/custom/$id" . $rest }
sub told { my ($detail) = map { $_->{detail} } @_;
           return ref $detail eq 'ARRAY' ? join ' ', map { join('.',
               @{$_->{loc}}) . " $_->{type}" } @$detail
               : ref $detail ? $detail->{code} : $detail }
my %event = (externalGameId => 'g', externalTaskId => 't',
             externalUserId => 'u');

my $draft = custom($realm, flat(1, 'x'), name => 'draft');
my $live = published($realm, flat(1, 'x'), name => 'live');
my $gone = custom($realm, flat(1, 'x'), name => 'gone');
api POST => path($gone, '/archive'), undef, @admin;
my $empty = (api POST => '/strategies/custom', { name => 'empty' },
             @as)[1]{id};
my $before = snapshot();

# refused WHAT, STATUS, PATTERN, REQUEST: and nothing was changed
sub refused {
    my ($what, $want, $pattern, @request) = @_;
    @request = (@request[0 .. 2], @as) if @request < 4;
    ($status, $body, $response) = api @request;
    ok $status == $want && (ref $body ? told($body) : '') =~ $pattern, $what
        or diag substr "$status " . $response->content, 0, 400;
}

# ---- members of the bodies ----

my @make = (POST => '/strategies/custom');
my @import = (POST => '/strategies/custom/import');
my $long = 'n' x 201;
for (['no name' => {}, qr/^body\.name missing/],
     ['an empty name' => { name => '' }, qr/^body\.name string_too_short/],
     ['a name of 201' => { name => $long }, qr/^body\.name string_too_long/],
     ['a name of 201 wide letters' => { name => "\x{1F600}" x 201 },
      qr/^body\.name string_too_long/],
     ['a number as name' => { name => 5 }, qr/^body\.name string_type/],
     ['NUL in the name' => { name => "a\0b" }, qr/json_invalid/],
     ['NUL in the program' => { name => 'n',
         astJson => flat(1, "a\0b") }, qr/json_invalid/],
     ['NUL in a literal' => { name => 'n', astJson => program(rules => [
         rule(compare('==', field('data.a'), "a\0"), assign(1, 'x'))]) },
      qr/json_invalid/],
     ['NUL in the description' => { name => 'n', description => "\0" },
      qr/json_invalid/],
     ['a description of 2001' => { name => 'n',
         description => 'd' x 2001 }, qr/^body\.description string_too_long/],
     ['a tag of 201' => { name => 'n', experimentTag => $long },
      qr/^body\.experimentTag string_too_long/],
     ['another type' => { name => 'n', type => 'DSL' }, qr/^body\.type /],
     ['no type' => { name => 'n', type => undef }, qr/^body\.type /],
     ['a list as program' => { name => 'n', astJson => [] },
      qr/^body\.astJson dict_type/]) {
    my ($what, $send, $pattern) = @$_;
    ($status, $body, $response) = api @make, $send, @as;
    ok $status == 422 && told($body) =~ $pattern, "make: $what"
        or diag "$status " . $response->content;
    ($status) = api @import, { blocklyXml => '<x/>', astJson => flat(1, 'x'),
        %$send }, @as;
    is $status, 422, "import: $what";
    next if $what =~ /^no /;        # an edit may leave it out
    ($status) = api PUT => path($draft, ''), $send, @as;
    is $status, 422, "edit: $what";
}
refused('import: no program', 422, qr/^body\.astJson missing/, @import,
        { name => 'n', blocklyXml => 'x' });
refused('import: an empty drawing', 422, qr/^body\.blocklyXml /, @import,
        { name => 'n', blocklyXml => '', astJson => flat(1, 'x') });
refused('a parent of nobody', 404, qr/not found with id: none/, @make,
        { name => 'n', type => 'DSL_EXTEND', parentStrategyId => 'none' });
refused('an extension of nothing', 400, qr/require parentStrategyId/, @make,
        { name => 'n', type => 'DSL_EXTEND' });
refused('a parent for all', 400, qr/only valid when/, @make,
        { name => 'n', parentStrategyId => 'default' });
refused('a built-in', 400, qr/Built-in/, @make,
        { name => 'n', type => 'BUILT_IN' });
refused('a pinned variable that is not there', 400, qr/./, @make,
        { name => 'n', type => 'DSL_EXTEND', parentStrategyId => 'default',
          astJson => program(parent_variables => { variable_x => 1 }) });
refused('a name that is taken', 400, qr/already exists/, @make,
        { name => 'live' });
refused('a rename onto another', 400, qr/already exists/,
        PUT => path($draft, ''), { name => 'live' });
refused('an edit of what is withdrawn', 409, qr/cannot be edited/,
        PUT => path($gone, ''), {});
refused('its publication', 409, qr/archived/, POST => path($gone, '/publish'),
        undef, @admin);
refused('no program to try', 400, qr/DSL_NO_AST/,
        POST => path($empty, '/simulate'), \%event);
for my $name (sort keys %event) {
    my %less = %event;
    delete $less{$name};
    refused("try: without $name", 422, qr/^body\.$name missing/,
            POST => path($draft, '/simulate'), \%less);
}
refused("try: mockState $_->[0]", 422, qr/^body\.mockState dict_type/,
        POST => path($draft, '/simulate'), { %event, mockState => $_->[1] })
    for ['a list', []], ['a text', 'x'];
refused('try: a program that is none', 400, qr/./,
        POST => '/strategies/custom/simulate', { %event, astJson => {} });

# ---- ids, queries, versions ----

for my $id ('-', 'x', "custom:$live", "$live%20", substr($live, 1), $uuid,
            '%00', "$live%00", 'a' x 5000, '%F0%9F%98%80') {
    for ([GET => ''], [PUT => '', { name => 'n' }], [GET => '/versions'],
         [GET => '/usage'], [GET => '/metrics'],
         [POST => '/simulate', \%event], [POST => '/publish'],
         [POST => '/archive'], [POST => '/rollback/1']) {
        my ($method, $rest, $send) = @$_;
        ($status) = api $method => path($id, $rest), $send, @admin;
        ok $status == 404 || $status == 400, "$method " . substr($id, 0, 50)
            . $rest or diag $status;
    }
}
for my $version ('0', '-1', '1.5', 'x', '', '%20', '99999999999999999999') {
    ($status) = api POST => path($live, "/rollback/$version"), undef, @admin;
    ok $status =~ /^4(?:04|22)$/, "version '$version'" or diag $status;
}
refused('a version of the far end', 404, qr/^Version 9223372036854775807 /,
        POST => path($live, '/rollback/9223372036854775807'), undef, @admin);
refused("list: $_", 422, qr/^query\./, GET => "/strategies/custom?$_")
    for qw(limit=0 limit=501 limit=x limit= limit=1.5 limit=1e2 status=draft
           status= type=DSL type= limit=99999999999999999999);
for my $at ('since', 'until') {
    for my $value ('yesterday', '', '2026-13-01', '2026-02-30T00:00:00Z',
                   '2026-01-01T25:00:00Z', '%00', 'x' x 3000,
                   '2026-01-01T00:00:00%2B99:00') {
        for (path($live, '/metrics?'),
             "/strategies/custom/compare?a=$live&b=$live&") {
            ($status, $body) = api GET => "$_$at=$value", undef, @as;
            ok $status =~ /^4(?:00|22)$/, "$at=" . substr($value, 0, 30)
                or diag $status . json($body);
        }
    }
}
refused("compare: $_->[0]", $_->[1], $_->[2],
        GET => "/strategies/custom/compare?$_->[0]")
    for ["a=$live", 422, qr/^query\.b missing/],
        ["b=$live", 422, qr/^query\.a missing/],
        ["a=$live&b=$uuid", 404, qr/$uuid/],
        ["a=x&b=$uuid", 404, qr/found: x$/];

# ---- who may ----

for ([POST => '/publish'], [POST => '/archive'], [POST => '/rollback/1']) {
    ($status) = api $_->[0] => path($live, $_->[1]), undef, @as;
    is $status, 403, "$_->[1] is the administrator's";
}
is((api GET => '/strategies/custom', undef, key => undef)[0], 403,
   'nobody has strategies');

# ---- size and depth of programs ----

sub nested {
    my ($depth) = @_;
    my $not = lit(\1);
    $not = { type => 'not', arg => $not } for 1 .. $depth;
    return program(rules => [rule($not, assign(1, 'x'))]);
}
{
    no warnings 'recursion';
    refused('a program over 256 KiB', 400, qr/./, @make, { name => 'n',
        astJson => program(rules => [map { { %{rule(lit(\1),
        assign(1, 'c' x 199))}, id => "r$_" . 'i' x 190 } } 1 .. 600]) });
    refused('a literal over 4 KiB', 400, qr/./, @make, { name => 'n',
        astJson => program(rules => [rule(compare('==', 'x' x 4097, 1),
                                          assign(1, 'x'))]) });
    refused('a nesting over 32', 400, qr/./, @make, { name => 'n',
        astJson => nested(33) });
    for my $depth (200, 5000, 60_000) {
        my $text = '{"name":"n","astJson":' . '{"a":' x $depth . '1'
            . '}' x $depth . '}';
        for ([@make], [@import], [PUT => path($draft, '')],
             [POST => '/strategies/custom/simulate'],
             [POST => path($draft, '/simulate')]) {
            ($status) = api @$_, undef, @as, raw => $text;
            is $status, 400, "$_->[0] $_->[1]: JSON $depth deep";
        }
    }
}
refused('1001 nodes', 400, qr/./, @make, { name => 'n', astJson => program(
    rules => [map { rule(lit(\1), assign(1, 'x')) } 1 .. 220]) });

# the node at fault is told in a header, when that can hold its id
for my $id ('plain.id', "a\r\nSet-Cookie: x=1", "\x{e9}", 'i' x 201) {
    refused('a node called ' . json($id), 400, qr/./, @make, { name => 'n',
        astJson => program(default => { %{assign(1, '')}, id => $id }) });
    my $told = $response->header('X-Node-Id');
    like $told, $id eq 'plain.id' ? qr/^plain\.id$/
        : qr/^p\.program[ -~]*$/, 'its header';
    ok !$response->header('Set-Cookie'), 'and no other';
}

is_deeply snapshot(), $before, 'all of that changed nothing';

# ---- just within ----

for my $name ('n' x 200, "\x{1F600}" x 200) {
    for my $n (1 .. 3) {
        ($status, $body) = api @import, { name => $name, blocklyXml => 'x',
            astJson => flat(1, 'x') }, @as;
        ok $status == 201 && length $body->{name} <= 200,
            "a name of 200, import $n" or diag $status;
    }
}
my %mock = (mockState => { map { ("data.k$_" => 'v' x 50) } 1 .. 5000 });
($status, $body) = api POST => path($draft, '/simulate'),
    { %event, %mock }, @as;
is_deeply [$status, $body->{points}], [200, 1], 'a large mockState';
($status, $body) = api GET => '/strategies/custom?limit=1', undef, @as;
is "$status " . @$body, '200 1', 'a list of one';
($status) = api GET => path($live, '/metrics?since=2026-01-01T00:00:00Z'
    . '&until=2025-01-01'), undef, @as;
is $status, 200, 'a window that ends before it begins';

is_deeply [faults()], [], 'the ledger is right';
done_testing;
