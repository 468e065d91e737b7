# The protocol around the endpoints: methods, odd paths, headers of every
# answer, pages of other origins, and errors that other modules raise.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

plan need_module('game', 'dbd');

my $key = new_key();
my ($game, $task) = new_game(key => $key);
my $uuid = qr/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
my ($status, $body, $response);

# is_error(NAME, STATUS, answer of api()): the envelope
sub is_error {
    my ($name, $want, $got, $data, $said) = @_;
    my $type = $said->header('Content-Type') || '';
    ok $got == $want && $type eq 'application/json' && ref $data eq 'HASH'
        && join(',', keys %$data) eq 'detail'
        && $said->header('X-Request-Id'), "$name: $want"
        or diag substr $said->as_string, 0, 400;
}

sub get { api(GET => $_[0], undef, key => $key, @_[1 .. $#_]) }

# one request as bytes, with a good key
sub line {
    my ($line, @headers) = @_;
    return raw(join "\r\n", $line, 'Host: x', "X-API-Key: $key",
               'Connection: close', @headers, '', '');
}

# ---- ids of requests ----

for my $path ('/games', '/nothing', '/games/x', '/kpi/health_check',
              '~/denied', '~/nothing') {
    (undef, undef, $response) = get($path, headers =>
        { 'X-Request-Id' => 'abc-1:2.3' });
    is $response->header('X-Request-Id'), 'abc-1:2.3', "$path: id comes back";
    (undef, undef, $response) = get($path);
    like $response->header('X-Request-Id'), $uuid, "$path: id is made";
}
for my $id ('x' x 129, 'a b', 'a"b', "a\tb", '<script>', "\xe4", 'a;b') {
    (undef, undef, $response) = get('/games', headers =>
        { 'X-Request-Id' => $id });
    like $response->header('X-Request-Id'), $uuid, 'an id that is none';
}
{
    my %ids = map { $_->[2]->header('X-Request-Id') => 1 }
        burst map { [GET => '/games', undef, key => $key] } 1 .. 16;
    is keys %ids, 16, 'each request has its own';
}

# ---- headers of every answer ----

for my $path ('/games', '/nothing', "/games/$game/points",
              '/kpi/health_check', '/games/x') {
    (undef, undef, $response) = get($path);
    is $response->header('Cache-Control'), 'no-store', "$path: not to be kept";
    is $response->header('X-Content-Type-Options'), 'nosniff',
        "$path: its type is its type";
    is $response->header('Content-Type'), 'application/json', "$path: JSON";
}

# ---- methods ----

for my $path ('/games', "/games/$game", "/games/$game/tasks", '/nothing',
              '/kpi/health_check', '/games/x') {
    ($status, $body, $response) = get($path);
    my ($code, undef, $head) = api HEAD => $path, undef, key => $key;
    is $code, $status, "HEAD $path: as GET";
    is $head->content, '', "HEAD $path: without a body";
    is $head->header('Content-Length'), length $response->content,
        "HEAD $path: its length" if $path ne '/kpi/health_check';
}
my %allow = ('/games' => 'GET, HEAD, POST, OPTIONS',
    "/games/$game" => 'GET, HEAD, PATCH, DELETE, OPTIONS',
    "/games/$game/tasks/$task/points" => 'GET, HEAD, POST, OPTIONS',
    '/apikey/create' => 'POST, DELETE, OPTIONS');
for my $path (sort keys %allow) {
    ($status, undef, $response) = api OPTIONS => $path, undef, key => undef;
    is $status, 204, "OPTIONS $path";
    is $response->header('Allow'), $allow{$path}, 'what there is';
    for my $method (qw(PUT PROPFIND GARBAGE)) {
        ($status, $body, $response) = api $method => $path, undef, key => $key;
        is_error("$method $path", 405, $status, $body, $response);
        is $response->header('Allow'), $allow{$path}, 'what there is instead';
    }
}
is_error('a method in lower case', 405, line('get /api/v1/games HTTP/1.1'));

# ---- paths ----

($status, undef, $response) = get('/games/?page=2&x=%2F');
is $status, 307, 'a slash at the end';
like $response->header('Location'), qr{/api/v1/games\?page=2&x=%2F$},
    'leads to where there is none';
($status, undef, $response) = get("/games/$game/tasks/a%20%3Fb%0d%0aX-Evil:1/");
ok !defined $response->header('X-Evil'), 'a line end in a path stays there';
is_error('//', 404, get('//games'));
is_error('// inside', 404, get("/games//$game"));
is((get('/games//'))[0], 307, '// at the end is a slash at the end');
is_error('%2F in an id', 404, get("/games/$game%2Ftasks%2F$task%2Fx"));
is_error('%2F in a task', 404, get("/games/$game/tasks/a%2Fb%2Fc%2Fd"));
is_error($_, 400, line("GET /api/v1$_ HTTP/1.1"))
    for '/games/%zz', '/games/%', '/games/%f', '/%zz/games', '/games%';
is_error('too many segments', 404, get('/games' . '/x' x 100));
($status) = line("GET /api/v1/../v1/games HTTP/1.1");
is $status, 200, 'dots are walked';
is_error('and do not lead out', 400, line(
    'GET /api/v1/../../../etc/passwd HTTP/1.1'));
($status) = line('GET http://x/api/v1/games HTTP/1.1');
is $status, 200, 'an absolute URI';
is_error('an absolute URI with //', 404, line(
    'GET http://x/api/v1//games HTTP/1.1'));
is_error('the base', 404, get(''));
is_error('next to the base', 404, get('~/api/v10/games'));

# ---- requests that httpd itself refuses ----

is_error('a long line', 414, line('GET /api/v1/games?' . 'x' x 9000
    . ' HTTP/1.1'));
is_error('a long header', 400, line('GET /api/v1/games HTTP/1.1',
    'X-Long: ' . 'x' x 9000));
is_error('many headers', 400, line('GET /api/v1/games HTTP/1.1',
    map { "X-$_: 1" } 1 .. 120));
is_error('a header without a colon', 400, line('GET /api/v1/games HTTP/1.1',
    'garbage'));
is_error('no host', 400, raw("GET /api/v1/games HTTP/1.1\r\n"
    . "Connection: close\r\n\r\n"));
is_error('an expectation', 417, line('POST /api/v1/games HTTP/1.1',
    'Expect: the-unexpected', 'Content-Length: 0'));

# ---- errors of other modules ----

is_error('a location that is closed', 403, api(GET => '~/denied'));
is_error('an engine that is closed', 403, api(GET => '~/closed/v1/games'));
is_error('a file that is not there', 404, api(GET => '~/no/such/file'));
($status, $body, $response) = api GET => '~/basic', undef, key => undef;
is_error('a password', 401, $status, $body, $response);
like $response->header('WWW-Authenticate'), qr/^Basic realm="basic"/,
    'its challenge stays';
(undef, undef, $response) = api HEAD => '~/denied', undef, key => undef;
is $response->content, '', 'HEAD of an error';

# ---- pages of other origins ----

my @shop = (Origin => 'https://shop.example');
my @ask = ('Access-Control-Request-Method' => 'POST',
           'Access-Control-Request-Headers' => 'x-api-key, content-type');
sub origin { my $v = $_[0]->header('Access-Control-Allow-Origin');
             defined $v ? $v : 'none' }

for my $path ('/games', '/nothing', '/games/x', '/games/%ff') {
    (undef, undef, $response) = get($path, headers => { @shop });
    is origin($response), 'https://shop.example', "$path: a known origin";
    like $response->header('Vary'), qr/\bOrigin\b/, "$path: varies by it";
    (undef, undef, $response) = get($path, headers =>
        { Origin => $_ }), is origin($response), 'none', "$path: not $_"
        for 'https://shop.example.evil.test', 'http://shop.example', 'null',
            'https://shop.example:8443', 'https://SHOP.example';
}
(undef, undef, $response) = api GET => '/games', undef, key => undef,
    headers => { @shop };
is $response->code, 401, 'without a key';
is origin($response), 'https://shop.example', 'the page may read that';
($status, undef, $response) = api OPTIONS => '/games', undef, key => undef,
    headers => { @shop, @ask };
is $status, 200, 'a page asks before';
is origin($response), 'https://shop.example', 'its origin';
like $response->header('Access-Control-Allow-Methods'), qr/\bPOST\b/, 'POST';
like $response->header('Access-Control-Allow-Headers'), qr/x-api-key/,
    'the key\'s header';
($status, undef, $response) = api OPTIONS => '/games', undef, key => undef,
    headers => { Origin => 'https://evil.test', @ask };
is $status, 400, 'another page is refused';
is origin($response), 'none', 'and gets no origin';
(undef, undef, $response) = api GET => '~/small/v1/games', undef, key => $key,
    headers => { @shop };
is origin($response), 'none', 'no origins where none are configured';

is_deeply [faults()], [], 'the ledger is right';
done_testing;
