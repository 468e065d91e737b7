# Ids of requests and what the logs say of them: in and out on every answer,
# whoever writes it; nothing hostile gets through; notes, variables, and the
# formats of conf/game-log.conf.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;
use JSON::PP ();

plan need_module('game', 'dbd', 'auth_openidc');

my $key = new_key();
my ($game, $task) = new_game(key => $key);
my $uuid = qr/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
my ($status, $body, $response);

sub last_lines {                # NAME, text that they have
    my ($name, $text) = @_;
    my @found;
    wait_for(sub {
        open my $in, '<:raw', vars()->{t_logs} . "/$name" or return;
        @found = grep { index($_, $text) >= 0 } <$in>;
        return scalar @found;
    });
    return @found;
}

sub logged {                    # request id -> the object of the JSON log
    my ($line) = last_lines('json_log', qq("request_id":"$_[0]"));
    return $line && JSON::PP->new->utf8->decode($line);
}

# ---- in and out, whoever answers ----

my $n = 0;
my @answers = (
    [200, 'a list', GET => '/games', undef, key => $key],
    [401, 'no credential', GET => '/games', undef, key => undef],
    [401, 'a bad token', GET => '/games', undef, bearer => 'a.b.c'],
    [403, 'a foreign key', GET => "/games/$game", undef, key => new_key()],
    [404, 'no such path', GET => '/nothing', undef, key => $key],
    [405, 'no such method', PUT => '/games', undef, key => $key],
    [422, 'a bad body', POST => '/games', {}, key => $key],
    [400, 'a broken body', POST => '/games', undef, key => $key,
        raw => "\xff"],
    [413, 'a large body', POST => '~/small/v1/games', undef, key => $key,
        raw => 'x' x 3000],
    [403, 'mod_authz_core', GET => '~/closed/v1/games', undef, key => $key],
    [307, 'a redirect', GET => '/games/', undef, key => $key],
    [204, 'OPTIONS', OPTIONS => '/games', undef, key => undef],
    [200, 'a preflight', OPTIONS => '/games', undef, key => undef,
        headers => { Origin => 'https://shop.example',
                     'Access-Control-Request-Method' => 'POST' }],
    [404, 'httpd itself', GET => '~/nothing', undef, key => undef],
);
for my $case (@answers) {
    my ($want, $name, $method, $path, $data, %opt) = @$case;
    my $id = sprintf 'logs-%d-%d', $$, ++$n;
    my %headers = (%{delete $opt{headers} || {}}, 'X-Request-Id' => $id,
                   'X-Correlation-ID' => "c $id");
    ($status, undef, $response) = api $method => $path, $data, %opt,
        headers => \%headers;
    if ($name eq 'a broken body') {
        like $status, qr/^4\d\d$/, $name;
    }
    else {
        is $status, $want, "$name: $want";
    }
    is $response->header('X-Request-Id'), $id, "$name: its id";
    is scalar(my @ids = $response->header('X-Request-Id')), 1,
        "$name: once";
    is $response->header('X-Correlation-ID'), "c $id",
        "$name: its correlation";
    my $line = logged($id);
    is $line->{status}, $status, "$name: in the log, by its id";
    is $line->{correlation_id}, "c $id", "$name: with its correlation";
}
($status, $body, $response) = raw(join "\r\n", 'GET /api/v1/games HTTP/1.1',
    'Host: x', 'X-Request-Id: before', 'Bad Header', '', '');
is $status, 400, 'a request that is none';
ok $response->header('X-Request-Id'), 'has an id as well';

# ---- hostile values ----

for my $id ('x' x 129, 'a b', 'a"b', "a\tb", '<script>', "\xe4", 'a;b',
            'a\\b', '%0d%0aX-Evil:1', '${jndi:x}', '') {
    (undef, undef, $response) = api GET => '/games', undef, key => $key,
        headers => { 'X-Request-Id' => $id };
    like $response->header('X-Request-Id'), $uuid, 'an id that is none';
}
for my $id ('x' x 256, "a\tb", "\xe4", "\xc2\x85") {
    (undef, undef, $response) = api GET => '/games', undef, key => $key,
        headers => { 'X-Correlation-ID' => $id };
    like $response->header('X-Correlation-ID'), qr/^srv-[0-9a-f-]{36}$/,
        'a correlation id that is none';
}
for my $folded ("X-Request-Id: a\r\n X-Evil: 1", "X-Request-Id: a\nX-Evil: 1",
                "X-Correlation-ID: a\rX-Evil: 1",
                "X-Correlation-ID: a\x0bX-Evil: 1",
                "X-Correlation-ID: a\r\n\tX-Evil: 1") {
    (undef, undef, $response) = raw(join "\r\n", 'GET /api/v1/games HTTP/1.1',
        'Host: x', "X-API-Key: $key", 'Connection: close', $folded, '', '');
    ok !defined $response->header('X-Evil'), 'no header is smuggled';
}
(undef, undef, $response) = raw(join "\r\n", 'GET /api/v1/games HTTP/1.1',
    'Host: x', "X-API-Key: $key", 'Connection: close', 'X-Request-Id: one',
    'X-Request-Id: two', '', '');
like $response->header('X-Request-Id'), $uuid, 'two ids are none';
for my $id ('order 7', "J\xc3\xbcrgen's \"cart\"") {
    (undef, undef, $response) = api GET => '/games', undef, key => $key,
        headers => { 'X-Correlation-ID' => $id };
    is $response->header('X-Correlation-ID'), $id, "taken: $id";
}

# ---- notes ----

my $trace = '4bf92f3577b34da6a3ce929d0e0e4736';
my $id = "notes-$$";
my $user = uniq('user');
($status, $body) = api award($game, $task, $user, {}, key => $key,
    headers => { 'X-Request-Id' => $id, 'Idempotency-Key' => 'n1',
                 'X-Correlation-ID' => "J\xc3\xbc\"r\\",
                 'User-Agent' => "odd \xff \"agent\"",
                 traceparent => "00-$trace-00f067aa0ba902b7-01" });
is $status, 200, 'an award';
my $line = logged($id);
my ($prefix) = split /\./, $key;
my %want = (request_id => $id, correlation_id => "J\x{fc}\"r\\",
    trace_id => $trace, traceparent => "00-$trace-00f067aa0ba902b7-01",
    method => 'POST', path => "/api/v1/games/$game/tasks/$task/points",
    status => 200, client => $prefix, game => $task, task => $task,
    user => $user, strategy => 'default', points => $body->{points},
    case => $body->{caseName}, idem => 'new', address => '127.0.0.1',
    agent => "odd \x{fffd} \"agent\"", protocol => 'HTTP/1.1');
is $line->{$_}, $want{$_}, "the log has $_" for sort keys %want;
cmp_ok $line->{$_}, '>=', 0, "$_ is a number"
    for qw(bytes duration_us db_us);
cmp_ok $line->{duration_us}, '>=', $line->{db_us}, 'within the whole';
like $line->{route}, qr/^\w+$/, 'the route';
my ($plain) = last_lines('game_log', "id=$id ");
like $plain, qr/ trace=$trace .* user="\Q$user\E" .* idem=new db_us=\d+/,
    'the line of text has the same';
api award($game, $task, $user, {}, key => $key,
    headers => { 'X-Request-Id' => "$id-2", 'Idempotency-Key' => 'n1' });
is logged("$id-2")->{idem}, 'replay', 'a replay';
for my $bad ('00-0-0-0', "00-\U$trace\E-00f067aa0ba902b7-01", 'x' x 55) {
    api GET => '/games?secret=1', undef, key => $key, headers =>
        { 'X-Request-Id' => $id . ++$n, traceparent => $bad };
    my $line = logged($id . $n);
    ok !exists $line->{trace_id}, 'a traceparent that is none';
    unlike $line->{path}, qr/secret/, 'the query is not logged';
}

# ---- the error log ----

my $mark = log_mark();
api GET => '/nothing', undef, key => $key,
    headers => { 'X-Request-Id' => "$id-e" };
like log_since($mark), qr/\[request \Q$id-e\E\] GAME\d{4}: answered 404/,
    'a line of ours has its tag and the id';
$mark = log_mark();
api GET => '~/denied', undef, key => undef,
    headers => { 'X-Request-Id' => "$id-f" };
like log_since($mark), qr/\[request \Q$id-f\E\] AH01630/,
    'so has a line of another module';

# ---- pages of other origins ----

for my $path ('/games', '/nothing', '~/denied') {
    (undef, undef, $response) = api GET => $path, undef, key => undef,
        headers => { Origin => 'https://shop.example' };
    next if $path eq '~/denied';
    like $response->header('Access-Control-Expose-Headers'),
        qr/\bX-Request-Id\b.*\bX-Correlation-ID\b/, "$path: may be read";
}
(undef, undef, $response) = api GET => '/games', undef, bearer => 'a.b.c',
    headers => { Origin => 'https://shop.example' };
is $response->code, 401, 'mod_auth_openidc refuses a token';
is $response->header('Access-Control-Allow-Origin'), 'https://shop.example',
    'a page may read that';

# ---- environment ----

(undef, undef, $response) = api award($game, $task, $user, {}, key => $key,
    headers => { 'X-Request-Id' => "$id-env" });
is $response->header('X-Env'), "$id-env default 1", 'GAME_* in mod_headers';

# ---- mod_unique_id ----

SKIP: {
    my $vars = vars();
    my $so = '/usr/lib/apache2/modules/mod_unique_id.so';
    skip 'there is no mod_unique_id', 4 if !-e $so;
    my $socket = IO::Socket::INET->new(Listen => 1,
        LocalAddr => '127.0.0.1');
    my $port = $socket->sockport;
    close $socket;
    my $run = "$vars->{t_logs}/unique";
    mkdir $run;
    open my $out, '>', "$run/httpd.conf" or die $!;
    print $out <<"CONF";
ServerRoot "$run"
DefaultRuntimeDir "$run"
PidFile "$run/httpd.pid"
ErrorLog "$run/error_log"
ServerName 127.0.0.1
Listen 127.0.0.1:$port
TypesConfig /dev/null
Include "$vars->{t_conf}/modules.list"
LoadModule unique_id_module $so
DBDriver pgsql
DBDParams "host=$vars->{pg_host} port=5432 dbname=game user=game"
CustomLog "$run/log" "%{UNIQUE_ID}e %{game-request-id}n"
<Location "/api/v1">
    GameEngine On
    Require game-access
</Location>
CONF
    close $out;
    system($vars->{httpd}, '-f', "$run/httpd.conf", '-k', 'start') == 0
        or die "httpd: $?";
    my @ids;
    wait_for(sub { -s "$run/httpd.pid" && IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $port) });
    for my $path ('/games', '/kpi/health_check') {
        my $answer = LWP::UserAgent->new->get(
            "http://127.0.0.1:$port/api/v1$path", 'X-API-Key' => $key);
        push @ids, $answer->header('X-Request-Id');
    }
    my $given = LWP::UserAgent->new->get(
        "http://127.0.0.1:$port/api/v1/games", 'X-Request-Id' => 'mine');
    is $given->header('X-Request-Id'), 'mine', 'a given id comes first';
    chomp(my $pid = do { open my $in, '<', "$run/httpd.pid" or die $!; <$in> });
    kill TERM => $pid;
    wait_for(sub { !kill 0, $pid });
    open my $in, '<', "$run/log" or die $!;
    my %log = map { split } <$in>;
    ok exists $log{$_}, 'the id is that of mod_unique_id' for @ids;
    is_deeply [@log{@ids}], \@ids, 'in the note too';
}

done_testing;
