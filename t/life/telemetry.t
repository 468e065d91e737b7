# Rows of requests when things go wrong: too many at once, a database that is
# locked or away, a child that is killed, restarts under load. Counts stay
# exact, memory stays bounded, and no client hears of it.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Strategies;
use Game::Test;
use Time::HiRes ();

plan need_module('game', 'dbd', 'status');

my $run = uniq('tl');
my @ping = (GET => '/kpi/health_check', undef, key => undef);

sub counted_days { return scalar sql("select coalesce(sum(n), 0)
    from game.request_days") }
sub rows_of { my ($what) = @_;
              return scalar sql("select count(*) from game.request_log
                  where request_id like '$run-$what-%'") }
# So many requests at once, under ids of their own; their statuses.
sub pings {
    my ($what, $n) = @_;
    return statuses(burst map { [@ping, headers => {
        'X-Request-Id' => "$run-$what-$_" }] } 1 .. $n);
}
sub rows_become {
    my ($what, $n) = @_;
    my $is;
    wait_for(sub { ($is = rows_of($what)) == $n });
    return $is;
}
sub count_becomes {
    my ($n) = @_;
    my $is;
    wait_for(sub { ($is = counted_days()) == $n });
    return $is;
}
# Nothing of former requests is on its way.
sub settled {
    my $before = -1;
    return wait_for(sub {
        my $was = $before;
        $before = counted_days();
        Time::HiRes::sleep(1.2);
        return $was == $before;
    });
}
sub configured { ok configure(@_), "with @_" }

# ---- all of them, ordinarily ----

{
    settled();
    my $before = counted_days();
    is pings('plain', 120), '200:120', 'a burst';
    is rows_become('plain', 120), 120, 'is in the log';
    is count_becomes($before + 120), $before + 120, 'and is counted';
    is scalar sql("select count(*) from (select day, n, ok, errors
        from game.request_days where n < ok + errors or ok < 0) bad"), 0,
        'as what it was';
}

# ---- more than find room ----

{
    configured('GameLogQueue 2');
    settled();
    my $before = counted_days();
    my $mark = log_mark();
    my $done = hold('lock table game.request_log in exclusive mode');
    is pings('many', 120), '200:120', 'requests while nothing is written';
    $done->();
    my ($want, $is) = ($before + 120, 0);
    wait_for(sub {              # prefork writes after a next request
        pings('next', 16);
        $want += 16;
        Time::HiRes::sleep(1.1);
        return ($is = counted_days()) == $want;
    });
    is $is, $want, 'all are counted';
    my $kept = rows_of('many');
    cmp_ok $kept, '<', 120, 'not all are kept';
    cmp_ok $kept, '>', 0, 'but some are';
    wait_for(sub { pings('more', 1); Time::HiRes::sleep(0.6);
                   log_since($mark) =~ /GAME0681/ });
    like log_since($mark), qr/GAME0681: \d+ rows of the queue "requests"/,
        'the log says that rows were dropped';
    configured('# as it was');
}

# ---- no database ----

{
    settled();
    my $before = counted_days();
    pg_stop('fast');
    is pings('away', 60), '200:60', 'requests while the database is away';
    my ($status) = api GET => '/kpi/ready', undef, key => undef,
        headers => { 'X-Request-Id' => "$run-away-ready" };
    is $status, 503, 'one that is told of it';
    pg_start();
    wait_for(sub { (api GET => '/kpi/ready', undef, key => undef)[0] == 200 });
    # prefork writes after a next request
    wait_for(sub { pings('back', 16); Time::HiRes::sleep(1);
                   rows_of('away') == 61 });
    is rows_of('away'), 61, 'are in the log once it is back';
    is scalar sql("select status from game.request_log
        where request_id = '$run-away-ready'"), 503, 'with their status';
    ok settled(), 'all is written';
    is counted_days() - $before, scalar sql("select count(*)
        from game.request_log where id is not null and created_at >= (
            select min(created_at) from game.request_log
             where request_id like '$run-away-%')"),
        'and counted';
}

# ---- a child that is killed ----

{
    is pings('safe', 40), '200:40', 'requests';
    is rows_become('safe', 40), 40, 'that are written';
    pings('risk', 40);
    my %old = map { $_ => 1 } Game::Strategies::children();
    kill 'KILL', keys %old;
    ok wait_for(sub { my @now = Game::Strategies::children();
                      @now && !grep { $old{$_} } @now }),
        'all children are killed';
    my $risk = rows_of('risk');
    ok $risk >= 0 && $risk <= 40, "of 40 that were not, $risk are there";
    is rows_of('safe'), 40, 'those before are';
    ok wait_for(sub { pings('after', 1) eq '200:1' }), 'others answer';
    ok wait_for(sub { rows_of('after') > 0 }), 'and write';
}

# ---- restarts under load ----

{
    my $stop = vars()->{t_logs} . '/telemetry.stop';
    unlink $stop;
    my @clients = map { my $name = $_; background(sub {
        my ($n, @ok) = (0);
        my $end = time + 60;
        while (!-e $stop && time < $end) {
            my $id = "$run-load-$name-" . ++$n;
            my ($status) = api @ping, headers => { 'X-Request-Id' => $id };
            push @ok, $id if $status == 200;
        }
        return @ok;
    }) } 1 .. 4;
    my $seen = 0;
    for my $round (1 .. 3) {
        ok wait_for(sub { rows_of('load') > $seen + 50 }),
            'requests are logged';
        $seen = rows_of('load');
        ok httpd_graceful(), "graceful restart $round";
    }
    open my $out, '>', $stop or die "$stop: $!";
    close $out;
    my %answered = map { $_ => 1 } map { $_->() } @clients;
    unlink $stop;
    my %logged;
    wait_for(sub {
        %logged = map { split /\|/ } sql("select request_id, count(*)
            from game.request_log where request_id like '$run-load-%'
            group by 1");
        return !grep { !$logged{$_} } keys %answered;
    });
    is_deeply [grep { !$logged{$_} } keys %answered], [],
        'whatever was answered is in the log: ' . keys %answered;
    is_deeply [grep { $logged{$_} != 1 } keys %logged], [], 'once';
}

done_testing;
