# Clients that do not read, and clients that hardly write: neither holds a
# connection to the database.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;
use IO::Select ();
use Socket qw(SOL_SOCKET SO_RCVBUF);

plan need_module('game', 'dbd');

my $SLOW = 12;                  # more than two children have connections
my $AWARDS = 8;
my $key = new_key();
my ($game, $task) = new_game(key => $key);
my $user = uniq('user');
my $text = join '', map { chr(97 + rand 26) } 1 .. 1000;
api award($game, $task, $user, { text => $text x 700 }, key => $key)
    for 1 .. $AWARDS;

my $start = "Host: x\r\nX-API-Key: $key\r\nContent-Type: application/json\r\n"
    . "Connection: close\r\n";

sub busy {
    return scalar sql("select count(*) from pg_stat_activity
        where application_name = 'mod_game' and state <> 'idle'
          and query !~ 'game.(job|request_log|audit_log|strategy_runs)'");
}

sub others_are_served {
    my ($while) = @_;
    is busy(), 0, "$while: no connection is in use";
    my @answers = burst((map { [GET => '/games', undef, key => $key] } 1 .. 16),
        map { [award($game, $task, uniq('other'), {}, key => $key)] } 1 .. 16);
    is scalar(grep { $_->[0] == 200 } @answers), 32,
        "$while: others are served";
}

# ---- who does not read ----

my @slow = map {
    my $socket = connect_raw(Sockopts => [[SOL_SOCKET, SO_RCVBUF, 4096]]);
    send_raw($socket, "GET /api/v1/games/$game/tasks/$task/points/details "
        . "HTTP/1.1\r\n$start\r\n");
    ok +IO::Select->new($socket)->can_read(30), "big answer $_ begins";
    $socket;
} 1 .. $SLOW;
others_are_served('nobody reads');

my ($response) = read_raw([$slow[0]]);
is $response->code, 200, 'who reads at last';
my $list = eval { JSON::PP->new->utf8->decode($response->content) };
is scalar(@{$list->[0]{pointsData} || []}), $AWARDS, 'gets all of it'
    or diag length $response->content;
cmp_ok length $response->content, '>', 5_000_000, 'which is much';
close $_ for @slow;
others_are_served('they went away');

# ---- who hardly writes ----

my $body = json({ externalUserId => $user, data => { n => 1 } });
@slow = map {
    my $socket = connect_raw();
    send_raw($socket, "POST /api/v1/games/$game/tasks/$task/points HTTP/1.1"
        . "\r\n${start}Idempotency-Key: slow$_\r\nContent-Length: "
        . length($body) . "\r\n\r\n" . substr $body, 0, 10);
    $socket;
} 1 .. $SLOW;
others_are_served('bodies are not complete');
for my $at (10 .. length($body) - 1) {
    send_raw($_, substr $body, $at, 1) for @slow;
}
my @answers = read_raw(\@slow);
is scalar(grep { $_->code == 200 } @answers), $SLOW, 'bodies by single bytes';

@slow = map {
    my $socket = connect_raw();
    send_raw($socket, "POST /api/v1/games/$game/tasks/$task/points HTTP/1.1"
        . "\r\n${start}Content-Length: 1000\r\n\r\n$body");
    shutdown $socket, 1;
    $socket;
} 1 .. $SLOW;
@answers = read_raw(\@slow);
is scalar(grep { $_ && $_->code < 400 } @answers), 0,
    'a body that ends too early is no award';
others_are_served('bodies were cut');

is scalar(sql("select count(*) from game.awards a join game.users u
    on u.id = a.user_id where u.external_user_id = '$user'")),
    $AWARDS + $SLOW, 'each complete request is one award';
is_deeply [faults()], [], 'the ledger is right';
done_testing;
