# Jobs and the deaths around them: a child killed in the middle of a piece,
# graceful restarts under a run, a database that goes and comes, several
# servers at once. What has to be done is done, once.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Metrics;
use Game::Test;

plan need_module('game', 'dbd', 'status');

my $strategy = '00000000-0000-4000-8000-00000000bbbb';
my $start = log_mark();

sub due { sql("update game.jobs set due_at = now() where name = '$_[0]'") }

sub job {
    my ($name, $what) = @_;
    return scalar sql("select $what from game.jobs where name = '$name'");
}

# Waits for the end of a run that is not older than the number of runs. An heir
# of mod_watchdog's waits ten seconds before it begins, and may end meanwhile.
sub ends {
    my ($name, $runs, $seconds) = @_;
    return wait_for(sub { job($name, "runs > $runs and cursor is null")
                          eq 't' }, $seconds || 120);
}

# The process that did the last piece of a job, as the log has it.
sub runner {
    my ($mark) = @_;
    my @pids = log_since($mark) =~ /\[pid (\d+)[^\n]*GAME0553: job/g;
    return $pids[-1];
}

# Rows old enough to be deleted, numbered by age, and ten that are not.
sub old_rows {
    my ($n) = @_;
    sql("delete from game.strategy_runs where strategy_id = '$strategy'");
    sql("insert into game.strategy_runs (created_at, strategy_id,
            strategy_version, strategy_type, realm_id, status, duration_ms,
            nodes, sampled, sample_rate)
        select now() - interval '91 days' + i * interval '1 millisecond',
            '$strategy'::uuid, i, 'DSL_FULL', 'r', 'ok', 1, 1, true, 1
          from generate_series(1, $n) i
        union all
        select now() - interval '89 days', '$strategy'::uuid, -i, 'DSL_FULL', 'r',
            'ok', 1, 1, true, 1 from generate_series(1, 10) i");
}

# Rows of other suites that are as old, and days of long ago.
sub tidy {
    sql("delete from game.strategy_runs
          where created_at < now() - interval '80 days';
        update game.users set created_at = now()
          where created_at < date_trunc('day', now(), 'UTC')
        - interval '240 hours'");
}

sub rows_left {
    return join ' ', sql("select count(*) filter (where strategy_version > 0)
            || ' old', count(*) filter (where strategy_version < 0) || ' young'
        from game.strategy_runs where strategy_id = '$strategy'");
}

# A history of ten days, and what the figures of it are, found another way.
sub history {
    sql("insert into game.users (bucket, id, external_user_id, created_at)
        select get_byte(uuid_send(u), 15) & 63, u, 'life ' || u,
               date_trunc('day', now(), 'UTC') - interval '240 hours'
          from (select md5('life' || i)::uuid as u
                  from generate_series(1, 200) i) x;
        insert into game.awards (bucket, user_id, task_id, created_at,
            game_id, points, case_name)
        select u.bucket, u.id, gen_random_uuid(),
               date_trunc('day', now(), 'UTC') - make_interval(
                   hours => 24 * d, mins => -17 * n), gen_random_uuid(), 1,
               'life'
          from game.users u, generate_series(1, 10) d,
               generate_series(1, 5) n
         where u.external_user_id like 'life %'
           and (get_byte(uuid_send(u.id), 3) + d * 7 + n) % 11 < 3");
}

my $shown = "select day, active_users, retention_rate,
        avg_interactions_per_user from game.kpi_days
    where day < (now() at time zone 'UTC')::date order by day";
my $counted = "with i as (
        select user_id, (created_at at time zone 'UTC')::date as day
          from game.interactions),
    days as (
        select d::date as day from generate_series(
            (now() at time zone 'UTC')::date - 10,
            (now() at time zone 'UTC')::date - 1, interval '1 day') d),
    sums as (
        select d.day, (select count(*) from i where i.day = d.day) as n,
            (select count(distinct user_id) from i where i.day = d.day)
                as users,
            (select count(distinct user_id) from i
              where i.day between d.day - 7 and d.day - 1) as before,
            (select count(distinct user_id) from i where i.day = d.day
                and user_id in (select user_id from i
                     where day between d.day - 7 and d.day - 1)) as kept
          from days d)
    select day, users, round(coalesce(100.0 * kept / nullif(before, 0), 0),
        2), round(coalesce(n * 1.0 / nullif(users, 0), 0), 2) from sums
    order by day";

sub forget {
    sql("begin; select pg_advisory_xact_lock(
            hashtextextended('job kpi', 27));
        truncate game.kpi_days, game.kpi_scans, game.active_days;
        update game.jobs set cursor = null, due_at = 'infinity'
            where name = 'kpi';
        commit");
}

ok wait_for(sub { (job($_, "coalesce(runs > 0 and cursor is null, false)")
                   || 'f') eq 't' }), "$_ has been run"
    for qw(retention kpi);

# ---- the child is killed in the middle of a run ----

tidy();
old_rows(25000);
my $mark = log_mark();
my $runs = job('retention', 'runs');
my $release = hold("select 1 from game.strategy_runs where strategy_id =
    '$strategy' and strategy_version = 15000 for update");
due('retention');
ok wait_for(sub { blocked() }), 'the second piece waits for a row';
is rows_left(), '15000 old|10 young', 'the first is done';
like job('retention', 'cursor'), qr/table/, 'and it is known where to go on';
my $pid = runner($mark);
ok kill(9, $pid), 'the child is killed';
$mark = log_mark();
$release->();
ok ends('retention', $runs), 'the run is taken up and ends';
is rows_left(), '0 old|10 young', 'what had to go is gone, and nothing else';
is job('retention', 'last_status'), 'done', 'it says so';
my $heir = wait_for(sub { runner($mark) });
isnt $heir, $pid, 'another child runs the jobs';

history();
forget();
sql("insert into game.active_days (day, bucket, user_id, pass, n)
    select (created_at at time zone
        'UTC')::date, bucket, user_id, 0, 99
    from game.awards where case_name = 'life'
        and created_at < now() - interval '100 hours'
    order by created_at desc limit 1");
$runs = job('kpi', 'runs');
$mark = log_mark();
$release = hold('select 1 from game.active_days where pass = 0 for update');
due('kpi');
ok wait_for(sub { blocked() }), 'the figures wait for a row';
ok kill(9, wait_for(sub { runner($mark) || $heir })),
    'the child is killed';
$release->();
due('kpi');
ok ends('kpi', $runs), 'the run is taken up and ends';
is join("\n", sql($shown)), join("\n", sql($counted)),
    'the figures are right';

# each of the other jobs as well: what its piece has to have, held meanwhile;
# what it leaves behind
my $uptime = sql("select name from game.jobs where name like 'uptime\@%'");
sql("insert into game.limit_counters
    select 'ip', 'life ' || i, 'w', now() - interval '3 hours',
           now() - interval '2 hours', 1 from generate_series(1, 12000) i;
    insert into game.export_log (dataset, format, row_limit, requested_by,
        seen_at)
    select 'users', 'csv', 1, 'life', now() - m * interval '1 minute'
      from (values (14), (16)) v (m)");
my $wrong_figures = "select count(*) from game.figure_days d
      left join game.figures f on f.day = d.day and f.whole
     cross join lateral (
           select coalesce(sum(l.users), 0) as users,
                  coalesce(sum(l.games), 0) as games,
                  coalesce(sum(l.awards), 0) as awards,
                  coalesce(sum(l.points), 0) as points,
                  coalesce(sum(l.actions), 0) as actions
             from game.figures_live(game.day_start(d.day), d.upto) l) x
     where d.kind = 'figures'
       and (coalesce(f.users, 0), coalesce(f.games, 0),
            coalesce(f.awards, 0), coalesce(f.points, 0),
            coalesce(f.actions, 0))
           <> (x.users, x.games, x.awards, x.points, x.actions)";
for (['limits', 'game.limit_counters', "select count(*)
        from game.limit_counters where value like 'life %'", 0],
     ['figures', 'game.figures', "select ($wrong_figures) || ' of '
        || least(count(*), 10) from game.figure_days
         where kind = 'figures' and done", '0 of 10'],
     ['exports', 'game.export_log', "select string_agg(status, ' '
        order by seen_at) from game.export_log where requested_by = 'life'",
        'failed started'],
     # made when the table is free: not always in the minute it began in
     [$uptime, 'game.uptime_samples', "select count(*) = 1
        from game.uptime_samples s join game.jobs j
          on s.created_at = date_trunc('minute', j.last_finished)
         and j.name = 'uptime\@' || s.instance", 't']) {
    my ($name, $table, $question, $want) = @$_;
    sql("delete from game.figure_days where kind = 'figures'");
    $runs = job($name, 'runs');
    $release = hold("lock table $table in exclusive mode");
    due($name);
    ok wait_for(sub { blocked() }), "$name: a piece is under way";
    $pid = runner($start);
    ok kill(9, $pid), 'the child is killed';
    $mark = log_mark();
    $release->();
    due($name);
    ok ends($name, $runs), 'the run is taken up and ends';
    is scalar sql($question), $want, 'and what it had to do is done';
    isnt wait_for(sub { runner($mark) }), $pid,
        'another child runs the jobs';
}
sql("delete from game.export_log where requested_by = 'life'");

# ---- several servers at once ----

forget();
my $args = '{"grace":900,"lag":5,"rows":7,"budget":0}';
my @others = map { background(sub { return sql("do \$\$
    declare
        v_did integer := 0;
    begin
        for i in 1 .. 1000000 loop
            v_did := v_did + ('more' = (select outcome from game.job_step(
                'kpi', 300000000, '$args', true)))::integer;
            perform set_config('life.did', v_did::text, false);
            commit;
            exit when v_did = 40;
        end loop;
    end \$\$;
    select current_setting('life.did')") }) } 1 .. 3;
is_deeply [map { $_->() } @others], [40, 40, 40],
    'three others do some of a run each';
cmp_ok job('kpi', "coalesce(cursor ->> 'day', 'x')"), 'ne', 'x',
    'they are in the middle of it';
$runs = job('kpi', 'runs');
due('kpi');
ok ends('kpi', $runs), 'and the runner ends it';
is job('kpi', 'failures'), 0, 'nothing failed';
is join("\n", sql($shown)), join("\n", sql($counted)),
    'the figures are right';

$release = hold("select pg_advisory_xact_lock(
    hashtextextended('job retention', 27))");
$runs = job('retention', 'runs');
$mark = log_mark();
due('retention');
ok wait_for(sub { my @n = log_since($mark)
    =~ /GAME0553: job retention: busy/g; @n > 2 }),
    'while another one is at a job, the runner goes on to others';
is job('retention', 'runs'), $runs, 'and leaves that one alone';
$release->();
ok ends('retention', $runs), 'then it is done';

# ---- failures ----

old_rows(100);
$runs = job('retention', 'runs');
$mark = log_mark();
$release = hold('lock table game.strategy_runs in exclusive mode');
my $numbers = scrape();
for my $n (1, 2) {
    due('retention');
    ok wait_for(sub { job('retention', 'failures') == $n }),
        "a piece that takes too long fails ($n)";
}
like job('retention', 'last_error'), qr/timeout/, 'and it is seen why';
is becomes(2, $numbers, 'game_job_failures_total', name => 'retention'), 2,
    'Prometheus hears of it';
is job('retention', "last_status || (due_at > now())"), 'failedtrue',
    'it is put off';
my @said = log_since($mark) =~ /GAME0551: job retention failed [^\n]*/g;
is @said, 1, 'said once';
like $said[0], qr/SQLSTATE 57014/, 'with the reason';
$release->();
due('retention');
ok ends('retention', $runs), 'then it succeeds';
is rows_left(), '0 old|10 young', 'and did what it had to';
is job('retention', 'failures'), 0, 'the failures are over';

# ---- graceful restarts under a run ----

old_rows(60000);
$runs = job('retention', 'runs');
due('retention');
for my $round (1, 2) {
    my $left = (split ' ', rows_left())[0];
    ok wait_for(sub { (split ' ', rows_left())[0] < $left }),
        'the run is under way' if $round == 1;
    ok httpd_graceful(), "a graceful restart ($round)";
}
ok ends('retention', $runs), 'the run ends';
is rows_left(), '0 old|10 young', 'with what it had to do';

# a child that is to end waits for the piece that it is at
old_rows(100);
$runs = job('retention', 'runs');
$mark = log_mark();
$release = hold("select 1 from game.strategy_runs where strategy_id =
    '$strategy' and strategy_version = 50 for update");
due('retention');
ok wait_for(sub { blocked() }), 'a piece waits for a row';
ok httpd_graceful(), 'a graceful restart meanwhile';
$release->();
due('retention');
ok ends('retention', $runs), 'the run ends';
is rows_left(), '0 old|10 young', 'with what it had to do';
unlike log_since($start), qr/exit signal/, 'no child crashed';

# ---- the database goes and comes ----

my $bad = "from game.uptime_samples where status = 'unhealthy'";
sql("delete $bad");     # of suites that took the database away
is scalar sql("select count(*) $bad"), 0, 'so far it was always there';
old_rows(60000);
$runs = job('retention', 'runs');
due('retention');
ok wait_for(sub { job('retention', 'cursor is not null') eq 't' }),
    'a run is under way';
$mark = log_mark();
ok pg_stop('immediate'), 'Postgres crashes';
ok wait_for(sub { log_since($mark) =~ /GAME0103/ }),
    'somebody notices it';
ok pg_start(), 'Postgres comes';
ok wait_for(sub { scalar sql("select count(*) $bad") }),
    'the gap is written when it is back';
is scalar sql("select count(distinct instance) $bad"), 1, 'by this server';
my $again = wait_for(sub { ends('retention', $runs, 2)
    or do { due('retention'); 0 } });
ok $again, 'the run ends';
is rows_left(), '0 old|10 young', 'with what it had to do';
@said = log_since($mark) =~ /GAME055[012]/g;
cmp_ok scalar(@said), '<=', 1, 'without many words';
unlike log_since($start), qr/exit signal/, 'no child crashed';
is((api GET => '/kpi/ready', undef, key => undef)[0], 200, 'all is well');

sql("delete from game.strategy_runs where strategy_id = '$strategy'");
sql("delete from game.awards where case_name = 'life'");
sql("delete from game.users where external_user_id like 'life %'");
sql("delete $bad");
forget();
sql("update game.jobs set due_at = now() where name = 'kpi'");
is_deeply [faults()], [], 'the ledger is right';
done_testing;
