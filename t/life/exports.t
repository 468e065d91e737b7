# Exports that do not go well: clients that read slowly or leave, a database
# that goes away, a process that is killed, too many at once.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Exports;
use Game::Strategies qw(configure);
use Game::Test;
use IO::Select ();
use Socket qw(SOL_SOCKET SO_RCVBUF);

plan need_module('game', 'auth_openidc', 'dbd');

my $ROWS = 12_000;              # of a kilobyte: no socket holds them
my ($game, $task) = new_game();
my ($date, %span) = span();
my $text = 'x' x 1000;
awards_at($game, $task, $date, $ROWS, 50, "{\"text\": \"$text\"}");
my $query = "limit=100000&dateFrom=$span{dateFrom}&dateTo=$span{dateTo}";

sub busy {
    return scalar sql("select count(*) from pg_stat_activity
        where application_name = 'mod_game' and state <> 'idle'
          and query like '%game.awards%'");
}
sub begun { ok +IO::Select->new($_[0])->can_read(30), $_[1] }

# All that still comes: a whole chunked answer ends with the last chunk.
sub rest {
    my ($socket) = @_;
    my $all = '';
    while (IO::Select->new($socket)->can_read(30)) {
        sysread $socket, $all, 65536, length $all or last;
    }
    return $all;
}

# ---- slow, and gone ----

for my $form (qw(csv json)) {
    my ($boss, $subject) = boss();
    my $socket = slow_export($boss, "user-points?format=$form&$query");
    begun($socket, "$form begins");
    ok wait_for(sub { !busy() }), 'a slow client holds no connection';
    is history_of($subject), 'started -1', 'it is under way';
    close $socket;
    ok wait_for(sub { history_of($subject) =~ /^failed \d+$/ }),
        'who leaves has it failed' or diag history_of($subject);
    my ($rows) = history_of($subject) =~ /(\d+)$/;
    cmp_ok $rows, '<', $ROWS, 'in the middle';
    is busy(), 0, 'and nothing goes on';
    ok wait_for(sub { sql("select count(*) from game.audit_log
        where module = 'exports' and subject = '$subject'
          and level = 'ERROR'") }), 'the audit log has it';
}
{
    my ($boss, $subject) = boss();
    my $socket = slow_export($boss, "user-points?format=xlsx&$query");
    ok wait_for(sub { (history_of($subject) || '') eq 'started -1' }),
        'xlsx begins';
    close $socket;
    ok wait_for(sub { history_of($subject) =~ /^failed \d+$/ }),
        'who leaves has it failed';
    is scalar(() = glob '/tmp/game-export.*'), 0, 'no file is left';
}
for my $form (qw(csv json xlsx)) {
    my ($boss, $subject) = boss();
    my $release = hold('lock table game.awards in access exclusive mode');
    my $socket = slow_export($boss,
        "user-points?format=$form&$query&externalGameId=nobody");
    ok wait_for(sub { scalar(my @all = blocked()) }),
        "$form: a page of which no row is meant";
    close $socket;
    $release->();
    ok wait_for(sub { history_of($subject) ne 'started -1' }),
        'it ends';
    is history_of($subject), 'failed 0', 'who left is not looked for any more';
}
for my $form (qw(csv json xlsx)) {
    my ($boss, $subject) = boss();
    my $socket = slow_export($boss, "users?format=$form&dateTo=1960-01-01");
    shutdown $socket, 1;
    like rest($socket), qr/\A[^\r]* 200 .*\r\n\r\n./s,
        "$form: who only asks no more gets what there is";
    is history_of($subject), 'completed 0', 'all of it';
}
{
    my ($boss, $subject) = boss();
    my $socket = slow_export($boss, "user-points?format=csv&$query");
    begun($socket, 'a slow client');
    like rest($socket), qr/\r\n0\r\n\r\n\z/, 'gets all of it in the end';
    is history_of($subject), "completed $ROWS", 'which is recorded';
}

# ---- connections that are lost are made again; a database that is not ----

{
    my ($boss, $subject) = boss();
    my $socket = slow_export($boss, "user-points?format=csv&$query");
    begun($socket, 'begins');
    pg_kill_backends();
    like rest($socket), qr/\r\n0\r\n\r\n\z/, 'a lost connection: all the same';
    is history_of($subject), "completed $ROWS", 'recorded';
}
{
    my ($boss, $subject) = boss();
    my $socket = slow_export($boss, "user-points?format=csv&$query");
    begun($socket, 'begins');
    sql('checkpoint');          # the suites' commits do not wait for disks
    pg_stop('immediate');
    my $got = rest($socket);
    pg_start();
    cmp_ok length $got, '>', 1000, 'a part came';
    unlike $got, qr/\r\n0\r\n\r\n\z/, 'that nobody takes for the whole';
    ok wait_for(sub { (api GET => '/kpi/ready', undef, key => undef)[0]
        == 200 }), 'the database is there again';
    is history_of($subject), 'started -1', 'nobody could say that it failed';
    sql("update game.export_log set seen_at = now() - interval '1 hour'
        where subject = '$subject'");
    my $list = api GET => '/exports/history', undef, @$boss;
    is $list->[0]{status}, 'failed', 'after a while everybody knows';
}

# ---- too many ----

SKIP: {
    skip 'a child serves one request at a time', 3
        if prefork();
    ok configure('GameExportConcurrent 1'), 'one at a time';
    my ($boss) = boss();
    my @slow = map {
        slow_export($boss, "user-points?format=csv&$query") } 1 .. 8;
    my @begin = map {
        my $got = '';
        sysread $_, $got, 400 if IO::Select->new($_)->can_read(30);
        $got } @slow;
    my @refused = grep { m{^HTTP/1.1 503 } } @begin;
    cmp_ok scalar @refused, '>=', 4, 'others have to wait';
    is scalar(grep { /^Retry-After: \d+\r$/m } @refused), scalar @refused,
        'and are told how long';
    close $_ for @slow;
    ok wait_for(sub {
        (export_of($boss, 'users', limit => 1))[0] == 200 }),
        'then it is their turn';
    ok configure(), 'as before';
}

erase($game);
is_deeply [faults()], [], 'the ledger is right';
done_testing;
