# What no client should send: each is refused in the JSON envelope of errors,
# and nothing of it reaches the database.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

plan need_module('game', 'dbd');

my $NOBODY = '00000000-0000-4000-8000-000000000000';
my $key = new_key();
my ($game, $task) = new_game(key => $key);
my $user = uniq('user');
api award($game, $task, $user, {}, key => $key);
my $task_id = sql("select id from game.tasks where game_id = '$game'");
my $before = snapshot();

# refused(NAME, STATUS or [STATUS ...], answer as of api())
sub refused {
    my ($name, $want, $status, $body, $response) = @_;
    my %good = map { $_ => 1 } ref $want ? @$want : $want;
    my $type = $response->header('Content-Type') || '';
    my $detail = ref $body eq 'HASH' && join(',', keys %$body) eq 'detail'
        ? $body->{detail} : undef;
    ok $good{$status} && $type =~ m{^application/json}
        && defined $detail && length $detail, "$name: " . join ' or ',
        sort keys %good
        or diag substr "$status $type " . $response->content, 0, 400;
}

# ---- texts that are no JSON, to every endpoint that takes a body ----

my %garbage = (
    'half an object' => '{"externalGameId": "x"',
    'single quotes' => "{'a': 1}",
    'a lone text' => '"text"',
    'a number' => '12',
    'NaN' => '{"points": NaN}',
    'minus infinity' => '{"points": -Infinity}',
    'a real out of range' => '{"points": 1e999}',
    'an integer out of range' => '{"points": 9223372036854775808}',
    'one far out of range' => '{"points": -' . '9' x 400 . '}',
    'U+0000' => '{"externalUserId": "a\u0000b"}',
    'U+0000 in a name' => '{"a\u0000b": 1}',
    'half a pair' => '{"externalUserId": "\ud800"}',
    'a raw line end' => "{\"externalUserId\": \"a\nb\"}",
    'a byte of 0' => "{\"externalUserId\": \"a\0b\"}",
    'two documents' => '{} {}',
    'only a byte order mark' => "\xef\xbb\xbf",
    'blanks' => " \n\t ",
);
my %undecodable = (
    'no UTF-8' => "{\"a\": \"\xff\xfe\"}",
    'an overlong slash' => "{\"a\": \"\xc0\xaf\"}",
    'a surrogate in UTF-8' => "{\"a\": \"\xed\xa0\x80\"}",
    'a cut character' => "{\"a\": \"\xe2\x82\"}",
    'lists too deep' => '[' x 129 . ']' x 129,
    'objects too deep' => '{"a":' x 129 . '1' . '}' x 129,
    'lists without an end' => '[' x 100_000,
);
my %value = (gameId => $game, taskId => $task_id, externalTaskId => $task,
             externalUserId => $user, prefix => 'gme_live_nosuchky');

for my $route (grep { $_->{body} } routes()) {
    (my $path = $route->{path}) =~ s/\{(\w+)\}/$value{$1} || $NOBODY/ge;
    my $who = $route->{access} =~ /ADMIN/ ? admin_key() : $key;
    my @bad = sort keys %garbage;
    my @calls = map { [$route->{method}, $path, undef, key => $who,
                       raw => $_] }
        @garbage{@bad}, '', @undecodable{sort keys %undecodable};
    my @answers = burst(@calls);
    my $name = "$route->{method} $route->{path}";
    # numbers of campaigns have no bounds, and some bodies may be left out
    refused("$name, $_", $route->{campaigns} && /^an integer out of/
            || $route->{optional} && /^nothing/ ? [404, 422] : 422,
            @{shift @answers}) for @bad, 'nothing';
    refused("$name, $_", $route->{campaigns} && /deep|an end/ ? 422 : 400,
            @{shift @answers}) for sort keys %undecodable;
}

my ($status, $body, $response) = api award($game, $task, $user,
    { text => '[{' x 500 }, key => $key, raw => json({
        externalUserId => $user, isSimulated => JSON::PP::true(),
        data => { text => '[{"' x 500 } }));
is $status, 200, 'brackets in a text are not depth';

# ---- size ----

my $start = "Host: x\r\nX-API-Key: $key\r\nContent-Type: application/json\r\n"
    . "Connection: close\r\n";
my $pad = json({ externalGameId => uniq('big'), platform => 'x' x 1_100_000 });

refused('a long body', 413, api(POST => '/games', undef, key => $key,
                                raw => $pad));
refused('a long body in chunks', 413, raw("POST /api/v1/games HTTP/1.1\r\n"
    . "${start}Transfer-Encoding: chunked\r\n\r\n"
    . join '', map { sprintf "%x\r\n%s\r\n", length, $_ }
                   unpack('(a8000)*', $pad), ''));
refused('GameBodyMax of a location', 413, api(POST => '~/small/v1/games',
    undef, key => $key, raw => '{"platform": "' . 'x' x 2048 . '"}'));
refused('a body within it', 422, api(POST => '~/small/v1/games', undef,
    key => $key, raw => '{"platform": "' . 'x' x 1500 . '"}'));
refused('GameJsonDepth of a location', 400, api(POST => '~/small/v1/games',
    undef, key => $key, raw => '[' x 9 . ']' x 9));
refused('LimitRequestBody, when it is less', 413, api(POST =>
    '~/core/v1/games', undef, key => $key, raw => '{"platform": "'
    . 'x' x 1500 . '"}'));
refused('LimitRequestBody, in chunks', 413, raw("POST /core/v1/games HTTP/1.1"
    . "\r\n${start}Transfer-Encoding: chunked\r\n\r\n"
    . sprintf("%x\r\n%s\r\n0\r\n\r\n", 1500, 'x' x 1500)));
refused('chunks that are none', 400, raw("POST /api/v1/games HTTP/1.1\r\n"
    . "${start}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"));
refused('a length that is none', [400, 413], raw("POST /api/v1/games HTTP/1.1"
    . "\r\n${start}Content-Length: many\r\n\r\n{}"));
refused('a negative length', [400, 413], raw("POST /api/v1/games HTTP/1.1\r\n"
    . "${start}Content-Length: -5\r\n\r\n{}"));
refused('another transfer coding', [400, 501], raw("POST /api/v1/games "
    . "HTTP/1.1\r\n${start}Transfer-Encoding: gzip\r\n\r\n{}"));

# ---- values ----

for my $points (0, -1, 1.5, '1.5', '', 'x', '0x10', '1e3', [], {},
                '9223372036854775808', '-9223372036854775809', 1e19) {
    refused('convert ' . json($points), 422, api(POST =>
        "/users/$user/convert", { points => $points }, key => $key));
}
refused("preview $_", 422, api(GET => "/users/$user/convert/preview?points=$_",
    undef, key => $key))
    for 0, -1, 2147483648, '9223372036854775808', 'x', '%20', '';
refused('points by hand, out of range', 422, api(POST =>
    "/users/external/$user/points", undef, key => $key, raw => '{"taskId": "'
    . $task . '", "caseName": "c", "points": "9223372036854775808"}'));
refused("a user of " . length, 422, api(award($game, $task, $_, {},
    key => $key))) for '', 'x' x 61, 'x' x 100_000, "a\tb", '../etc/passwd',
                       "a'; drop table game.users; --";
refused('data that is a list', 422, api(POST => "/games/$game/tasks/$task/"
    . 'points', { externalUserId => $user, data => [] }, key => $key));
my $noise = join '', map { sprintf '%08x', rand 2**32 } 1 .. 2000;
refused('a long name of a game', 409, api(POST => '/games',
    { externalGameId => $noise, platform => 'web' }, key => $key));
refused('a long name of a task', 422, api(POST => "/games/$game/tasks",
    { externalTaskId => $noise }, key => $key));
refused('a long strategy', 404, api(POST => '/games', { externalGameId =>
    uniq('g'), platform => 'web', strategyId => $noise }, key => $key));
refused('a long client of a key', 422, api(POST => '/apikey/create',
    { client => $noise }, key => admin_key()));
refused("a realm " . json($_), 422, api(POST => '/apikey/create',
    { client => 'c', realmId => $_ }, key => admin_key())) for '', 'a/b', "a\n", 'x' x 65;

# ---- pages ----

for my $list ('/games', "/games/$game/tasks") {
    refused("$list?$_", 422, api(GET => "$list?$_", undef, key => $key))
        for 'page=0', 'page=-1', 'page=x', 'page=', 'page=1.5',
            'page=9223372036854775808', 'page=1e3', 'page_size=-1',
            'page_size=1001', 'page_size=9223372036854775807',
            'page_size=ALL', 'page_size=0x10', 'ordering=points',
            'ordering=id;drop', 'ordering=';
    ($status, $body) = api GET => "$list?page=9223372036854775807&page_size="
        . 1000, undef, key => $key;
    ok $status == 200 && !@{$body->{items}}, "$list: a page far behind the "
        . 'last' or diag $status;
}
refused('GamePageSizeMax of a location', 422, api(GET =>
    '~/small/v1/games?page_size=6', undef, key => $key));
refused("?$_", 400, api(GET => "/games?$_", undef, key => $key))
    for 'page=%zz', 'page=%', 'externalGameId=%00', '%zz=1';
refused("?$_", 400, api(GET => "/games?$_", undef, key => $key))
    for 'externalGameId=%ff', 'externalGameId=%c0%af', 'platform=%ed%a0%80',
        '%ff=1';

# ---- paths ----

my @ids = ('x', '1', $NOBODY . '0', substr($NOBODY, 1), 'g' . substr($game, 1),
           "{$game", "$game'", '%20', "urn:uuid:x", '-', 'null');
refused("/games/$_", 422, api(GET => "/games/$_", undef, key => $key)) for @ids;
refused("/games/$game/tasks/$_", 422, api(PATCH => "/games/$game/tasks/$_",
    { strategyId => 'default' }, key => $key)) for @ids;
refused('an unknown game', 404, api(GET => "/games/$NOBODY$_", undef,
    key => $key)) for '', '/tasks', '/points', '/users', '/strategy';
refused('an unknown task', 404, api(GET => "/games/$game/tasks/$_", undef,
    key => $key)) for 'nothing', 'x' x 3000, "'", '%25', '%F0%9F%98%80';
refused('an unknown user', 404, api(GET => "/users/$_/wallet", undef,
    key => $key)) for 'nobody', 'x' x 3000, "'", '%25', '%F0%9F%98%80';
refused('an unknown key', 404, api(DELETE => "/apikey/$_", undef,
    key => admin_key())) for 'gme_live_nosuchky', "'", 'x' x 3000;
for my $bytes ('%ff', '%c0%af', '%ed%a0%80', '%e2%82') {
    refused("$bytes in $_", 400, api(GET => $_ . $bytes, undef, key => $key))
        for "/games/$game/tasks/", '/games/';
    refused("$bytes, a user", 400, api(GET => "/users/$bytes/points", undef,
        key => $key));
}
refused("%00 in a path", [400, 404], raw("GET /api/v1/games/%00 HTTP/1.1\r\n"
    . "$start\r\n"));

# ---- idempotency keys ----

refused('a control character in a header', [400, 422], raw(
    "POST /api/v1/games/$game/tasks/$task/points HTTP/1.1\r\n${start}"
    . "Idempotency-Key: a\x01b\r\nContent-Length: " . length($_)
    . "\r\n\r\n$_")) for json({ externalUserId => $user, data => {} });
refused("a header $_->[0]", 422, api(award($game, $task, $user, {},
    key => $key, headers => { 'Idempotency-Key' => $_->[1] })))
    for ['with a tab', "a\tb"], ['too long', 'x' x 256];
refused("eventId $_->[0]", 422, api(award($game, $task, $user,
    { eventId => $_->[1] }, key => $key)))
    for ['with a control character', "a\x01b"], ['of DEL', "a\x7f"],
        ['too long', 'x' x 256], ['a number', 12], ['a list', []];

is_deeply snapshot(), $before, 'nothing changed';
is_deeply [faults()], [], 'the ledger is right';
done_testing;
