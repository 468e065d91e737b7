# The life of the database under a running server: gone, slow, locked,
# restarted, not migrated. Clear answers, nothing half written, and service
# by itself as soon as it is back.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

plan need_module('game', 'auth_openidc', 'dbd', 'status');

my $key = new_key();
my ($game, $task) = new_game(key => $key);
my $user = uniq('user');
my @as = (key => $key);
api award($game, $task, $user, {}, @as);
my $lock = "select 1 from game.user_games where game_id = '$game' for update";
my ($status, $body, $response);

# is_503(NAME, answer of api()): says when to come again
sub is_503 {
    my ($name, $got, $data, $said) = @_;
    ok $got == 503 && ref $data && join(',', keys %$data) eq 'detail'
        && ($said->header('Retry-After') || '') =~ /^[1-9]\d*$/
        && $said->header('Content-Type') eq 'application/json', "$name: 503"
        or diag substr $said->as_string, 0, 500;
}

sub statuses {
    my %n;
    $n{$_->[0]}++ for @_;
    return join ' ', map { "$_:$n{$_}" } sort keys %n;
}

sub rows {
    return scalar sql("select count(*) from game.awards
        where game_id = '$game'");
}

sub children {
    open my $in, '<', vars()->{t_pid_file} or die "pid file: $!";
    chomp(my $pid = <$in>);
    my @pids = grep { !/game-/ } `ps --ppid $pid -o pid=,comm=`;
    return scalar @pids;
}

sub connections {
    return scalar sql("select count(*) from pg_stat_activity
        where application_name = 'mod_game'");
}

# no more connections than children may have, once old ones are gone
sub none_is_leaked {
    my ($after) = @_;
    my $max = 0;
    ok wait_for(sub { $max = children() * vars()->{db_conns};
                      connections() <= $max }),
        "$after: no connection is leaked"
        or diag connections() . " of $max";
    # jobs and logs have their moments; what is leaked busy stays so
    my $busy;
    wait_for(sub { !($busy = sql("select count(*) from pg_stat_activity
        where application_name = 'mod_game' and state <> 'idle'")) });
    is $busy, 0, "$after: all are idle";
}

sub is_served {
    my ($after) = @_;
    is statuses(burst((map { [GET => "/games/$game", undef, @as] } 1 .. 16),
        map { [award($game, $task, uniq('u'), {}, @as)] } 1 .. 16)), '200:32',
        "$after: service as before";
}

sub answer { my ($code) = @_;
             return background(sub { my @a = $code->();
                 [@a[0, 1], { $a[2]->headers->flatten }] }) }

sub as_api { my ($got) = @_;
             return (@$got[0, 1], HTTP::Response->new($got->[0], '',
                 [%{$got->[2]}], json($got->[1]))) }

# ---- killed while idle ----

is_served('at first');
for my $round (1, 2) {
    cmp_ok pg_kill_backends(), '>', 0, 'idle connections are killed';
    is_served("kill $round");
}
none_is_leaked('killed while idle');

# ---- killed in the middle of an award ----

my $before = snapshot();
my $release = hold($lock);
my $award = answer(sub { api award($game, $task, $user, {}, @as) });
ok wait_for(sub { blocked() }), 'an award waits for a lock';
sql("select pg_terminate_backend($_)") for blocked();
is_503('its backend is killed', as_api($award->()));
$release->();
is_deeply snapshot(), $before, 'nothing of it is there';

my @keyed = (award($game, $task, $user, { n => 1 }, @as,
                   headers => { 'Idempotency-Key' => 'killed' }));
$release = hold($lock);
my $mark = vars()->{t_logs} . '/database.done';
unlink $mark;
$award = answer(sub {
    my @got = api @keyed;
    open my $done, '>', $mark or die $!;
    return @got;
});
ok wait_for(sub {       # it may be sent again by the server itself
    sql("select pg_terminate_backend($_)") for blocked();
    -e $mark;
}), 'one with a key is killed, however often it is tried';
is_503('it is given up', as_api($award->()));
$release->();
unlink $mark;
is_deeply snapshot(), $before, 'nothing of that is there';
($status, $body) = api @keyed;
is $status, 200, 'the same request with its key succeeds';
my $id = $body->{id};
($status, $body, $response) = api @keyed;
is_deeply [$status, $body->{id}, $response->header('Idempotent-Replayed')],
    [200, $id, 'true'], 'once';

$release = hold($lock);
$award = answer(sub { api award($game, $task, $user, { n => 2 }, @as,
    headers => { 'Idempotency-Key' => 'once killed' }) });
ok wait_for(sub { blocked() }), 'another waits';
sql("select pg_terminate_backend($_)") for blocked();
$release->();
is((as_api($award->()))[0], 200, 'killed once, it is repeated by the server');
is rows(), 3 + 3 * 16, 'all of them are there once';
none_is_leaked('killed while busy');

# ---- slow ----

my @pids = sql("select pid from pg_stat_activity
    where application_name = 'mod_game' order by pid");
$before = rows();
$release = hold($lock);
is_503('a lock held too long', api award($game, $task, $user, {}, @as));
is_deeply [blocked()], [], 'nobody waits for it any more';
my @crowd = burst map { [award($game, $task, $user, {}, @as)] } 1 .. 24;
is_503('one of many, while all connections are busy', @$_) for @crowd;
$release->();
is_served('the lock is gone');
my %now = map { $_ => 1 } sql("select pid from pg_stat_activity
    where application_name = 'mod_game'");
is_deeply [grep { !$now{$_} } @pids], [], 'over the same connections'
    if vars()->{db_conns} > 1;      # of children that stay
is rows(), $before + 16, 'what was refused was not booked';

# ---- restarted under load ----

{
    my $stop = vars()->{t_logs} . '/database.stop';
    unlink $stop;
    my @clients = map { my $name = $_; background(sub {
        my ($n, @odd, %ids) = 0;
        my $end = time + 90;
        while (time < $end && (!-e $stop || !$n)) {
            my $id = "load-$name-" . ++$n;
            while (time < $end) {
                my ($s, $b, $r) = api award($game, $task, "load-$name",
                    { n => $n }, @as, headers => { 'Idempotency-Key' => $id });
                $ids{$id} = $b->{id} if $s == 200;
                last if $s == 200;
                push @odd, $r->as_string if $s != 503
                    || !$r->header('Retry-After') || !$b->{detail};
                select undef, undef, undef, 0.02;
            }
        }
        return { odd => \@odd, ids => \%ids, n => $n };
    }) } 1 .. 6;
    for my $round (1, 2) {
        my $count = rows();
        ok wait_for(sub { rows() > $count + 30 }), 'awards come in';
        ok pg_stop() && pg_start(), "Postgres is restarted ($round)";
    }
    my $count = rows();
    ok wait_for(sub { rows() > $count + 30 }), 'they come in again';
    open my $out, '>', $stop or die "$stop: $!";
    close $out;
    my @results = map { $_->() } @clients;
    unlink $stop;
    is_deeply [map { @{$_->{odd}} } @results], [],
        'nothing but awards and clear refusals';
    my %answered = map { %{$_->{ids}} } @results;
    my $asked = 0;
    $asked += $_->{n} for @results;
    is keys %answered, $asked, 'each award succeeded at last';
    is_deeply { map { split /\|/ } sql("select idempotency_key, id
        from game.awards where idempotency_key like 'load-%'") }, \%answered,
        'and is booked once';
    none_is_leaked('restarted under load');
    is_deeply [faults()], [], 'the ledger is right';
}

# ---- down, also when httpd starts ----

sub all_refused {
    my ($when) = @_;
    is((api GET => '/kpi/health_check', undef, key => undef)[0], 200,
       "$when: the server is healthy");
    is((api GET => '/games', undef, key => undef)[0], 401,
       "$when: no credential is no credential");
    my @routes = grep { $_->{operation} ne 'health_check' } routes();
    my @paths = map { my $p = $_->{path}; $p =~ s/\{\w+\}/$game/g; $p }
        @routes;
    for my $who ([@as], [bearer => token(-admin => 1)]) {
        my @answers = burst map { [$routes[$_]{method}, $paths[$_], {}, @$who] }
            0 .. $#routes;
        is_503("$when, $who->[0]: $routes[$_]{operation}", @{$answers[$_]})
            for 0 .. $#routes;
    }
}

sub comes_back {
    my ($after) = @_;
    ok wait_for(sub { (api GET => '/kpi/ready', undef, key => undef)[0]
                      == 200 }), "$after: ready by itself";
    # one that is still away may be passed over by a few requests
    ok wait_for(sub { !grep { statuses(burst map {
                      [GET => '/games', undef, @as] } 1 .. 48) ne '200:48' }
                      1 .. 3 }), "$after: every child";
    is_served($after);
}

$before = snapshot();
ok pg_stop(), 'Postgres goes away';
is_503('then', api GET => '/games', undef, @as);
ok httpd_restart(), 'httpd starts without it';
all_refused('down');
ok pg_start(), 'Postgres comes';
is_deeply snapshot(), $before, 'nothing was written';
comes_back('down at start');
none_is_leaked('down at start');

# ---- without its schema ----

sql('alter schema game rename to elsewhere');
my @answers = burst map { [award($game, $task, $user, {}, @as)] } 1 .. 8;
is scalar(grep { $_->[0] != 200 && $_->[0] != 503 } @answers), 0,
    'the schema goes under open connections: no other answer than 503'
    or diag statuses(@answers), ' ', $answers[0][2]->content;
pg_kill_backends();
($status, $body, $response) = api GET => '/kpi/ready', undef, key => undef;
is_503('not migrated: ready', $status, $body, $response);
ok httpd_restart(), 'httpd starts without a schema';
all_refused('not migrated');
sql('alter schema elsewhere rename to game');
comes_back('migrated');
is_deeply [faults()], [], 'the ledger is right';
done_testing;
