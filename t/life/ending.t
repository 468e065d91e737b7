# The end of children in the middle of their work: none crashes, whatever it
# was at, and nothing of it stays behind.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Crash;
use Game::Test;
use Time::HiRes qw(sleep);

plan need_module('game', 'dbd', 'status');

my $ROUNDS = 10;
my $key = new_key();
my ($game, $task) = new_game(key => $key);
my $start = log_mark();

sub parent {
    open my $in, '<', vars()->{t_pid_file} or die "no pid file: $!";
    chomp(my $pid = <$in>);
    return $pid;
}

# Those that serve: the worker of campaigns is another process.
sub children {
    return map { /(\d+)/ } grep { !/game-/ }
        `ps -o pid=,comm= --ppid @{[parent()]}`;
}

# Connections to the database from before a time.
sub older {
    return sql("select pid from pg_stat_activity
        where application_name = 'mod_game' and backend_start < '$_[0]'");
}

sub awarded {
    return (api award($game, $task, "u-$_[0]", {}, key => $key))[0];
}

# ---- a statement that waits for a lock, longer than the child is wanted ----

is awarded('first'), 200, 'an award';
for my $how (qw(HUP USR1)) {
    my $release = hold('lock table game.awards in exclusive mode');
    my @waiting = map { my $n = $_; background(sub { awarded("$how-$n") }) }
        1 .. 2;
    ok wait_for(sub { scalar(my @all = blocked()) == 2 }),
        "$how: two awards wait";
    my $now = sql('select clock_timestamp()');
    ok $how eq 'HUP' ? httpd_restart() : httpd_graceful(), 'a restart';
    $release->();
    my @got = map { $_->() } @waiting;
    ok !(grep { $_ != 503 && $_ != 500 && $_ != 200 } @got),
        'they are answered, or their connections ended' or diag "@got";
    is awarded("after-$how"), 200, 'the next one is served';
    ok wait_for(sub { !older($now) }),
        'the connections of the old children are gone';
}
is_deeply [crashes($start)], [], 'nobody crashed';

# ---- ends at any moment, of all kinds ----

my $stop = vars()->{t_logs} . '/ending.stop';
unlink $stop;
my @clients = map { my $n = $_; background(sub {
    my $end = time + 60;
    while (!-e $stop && time < $end) {
        awarded("$n-" . int rand 20);
        api GET => '/exports/user-points?format=json', undef,
            key => admin_key() if $n == 1;
    }
    return 1;
}) } 1 .. 4;
for my $round (1 .. $ROUNDS) {
    sleep 0.1 + rand 0.4;
    if ($round % 3) {
        ok $round % 3 == 1 ? httpd_restart() : httpd_graceful(),
            "a restart ($round)";
        next;
    }
    my @all = children();
    ok kill('TERM', $all[rand @all]), "a child is told to end ($round)";
}
open my $out, '>', $stop or die "$stop: $!";
close $out;
is_deeply [map { $_->() } @clients], [1, 1, 1, 1], 'the clients end';
unlink $stop;
my $now = sql('select clock_timestamp()');
ok httpd_restart(), 'the last restart';
ok wait_for(sub { !older($now) }), 'no connection is left over';
is awarded('last'), 200, 'all is well';
is_deeply [crashes($start)], [], 'nobody crashed';
is_deeply [faults()], [], 'the ledger is right';
done_testing;
