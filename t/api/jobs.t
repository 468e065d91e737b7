# Work outside of requests: the jobs' functions by themselves, and the runner
# that calls them. A job is made due by game.jobs.due_at; nothing waits for an
# interval to pass.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

plan need_module('game', 'dbd');

# Has the runner do a whole run of a job that begins from now on.
sub run_job {
    my ($name) = @_;
    my $runs = sql("update game.jobs set due_at = now(), cursor = null
        where name = '$name' returning runs");
    return wait_for(sub { sql("select runs > $runs and cursor is null
        from game.jobs where name = '$name'") eq 't' });
}

# One piece of a job: outcome, rows.
sub piece {
    my ($name, $args, $now) = @_;
    $now = $now ? 'true' : 'false';
    return split /\|/, sql("select * from game.job_step('$name', 3600000000,
        '$args', $now)");
}

# ---- the runner ----

ok wait_for(sub { scalar sql("select count(*) from game.jobs
    where name = 'retention' and runs > 0") }),
    'a job is run without being asked for';
is scalar sql("select due_at > now() and due_at <= now() + interval '1 hour'
    and extract(epoch from due_at)::bigint % 3600 = 0
    and last_finished >= last_started and last_status = 'done'
    and last_error is null and failures = 0 and cursor is null
    from game.jobs where name = 'retention'"), 't',
    'and is due again at the next full hour';

# ---- retention: exact survivors, batch by batch ----

my $strategy = '00000000-0000-4000-8000-00000000aaaa';
sql("insert into game.strategy_runs (created_at, strategy_id,
        strategy_version, strategy_type, realm_id, status, duration_ms, nodes,
        sampled, sample_rate, notes)
    select now() - make_interval(hours => 24 * d, mins => m), '$strategy', 1,
        'DSL_FULL', 'r', 'ok', 1, 1, true, 1, 'retention'
      from generate_series(80, 99) d, (values (-1), (1)) v (m)");
my $left = "select string_agg(d::text, ',' order by d)
    from (select round(extract(epoch from now() - created_at) / 86400) as d
            from game.strategy_runs where strategy_id = '$strategy') x";
is scalar sql("select count(*) from game.strategy_runs
    where strategy_id = '$strategy'"), 40, 'rows of twenty days';
is join(',', sql("select game.retain('strategy_runs', 95, 4)
    from generate_series(1, 4)")), '4,4,1,0',
    'batches of four, then what is left of older ones';
is scalar sql($left), join(',', map({ ($_, $_) } 80 .. 94), 95),
    'those that are younger are all there';
ok run_job('retention'), 'the runner does it';
is scalar sql($left), join(',', map({ ($_, $_) } 80 .. 89), 90),
    'with the days of the configuration';
is scalar sql("select last_rows from game.jobs where name = 'retention'"),
    10, 'and says how many went';

for my $table (qw(awards movements wallets user_actions users jobs)) {
    ok !eval { sql("select game.retain('$table', 1, 1)"); 1 },
        "there is no retention for $table";
}

# every table with a row a day from 5 before its limit to 5 behind it: the
# runner leaves those that are younger
my %days = (request_log => 180, audit_log => 180, uptime_samples => 365,
            request_days => 0, kpi_days => 0);
my %insert = (
    request_log => "(created_at, endpoint, method, status, duration_us, bytes)
        select at, 'jobs', 'GET', 200, 1, 1",
    audit_log => "(created_at, level, module, message)
        select at, 'INFO', 'jobs', 'x'",
    uptime_samples => "(created_at, instance, status)
        select at, 'jobs:1', 'healthy'",
    request_days => "(day, slot, n, ok, errors, duration_us)
        select (at at time zone 'UTC')::date, 77, 0, 0, 0, 0",
    kpi_days => "(day, total_requests, success_rate, error_rate,
            avg_latency_ms, active_users, retention_rate,
            avg_interactions_per_user, final)
        select (at at time zone 'UTC')::date, 0, 0, 0, 0, 0, 0, 0, true");
my %mine = (request_log => "endpoint = 'jobs'", audit_log =>
    "module = 'jobs'", uptime_samples => "instance = 'jobs:1'",
    request_days => 'slot = 77', kpi_days => "day < now() - interval '1000
        days'");
for my $table (sort keys %insert) {
    sql("insert into game.$table $insert{$table}
        from (select now() - make_interval(hours => 24 * d) + interval '1 hour'
                     as at
                from generate_series($days{$table} - 5, $days{$table} + 5) d)
             x") if $days{$table};
    sql("insert into game.$table $insert{$table}
        from (select now() - make_interval(hours => 24 * d) as at
                from generate_series(2000, 2010) d) x") if !$days{$table};
}
ok run_job('retention'), 'the runner goes through all tables';
for my $table (sort keys %insert) {
    my ($n, $oldest) = split /\|/, sql("select count(*), extract(epoch from
            now() - min(" . ($table =~ /_days$/ ? 'day' : 'created_at') . "))
            / 86400 < $days{$table}
        from game.$table where $mine{$table}");
    is $n, $days{$table} ? 6 : 11, "$table: those that are to stay";
    is $oldest, 't', "$table: they are young" if $days{$table};
    sql("delete from game.$table where $mine{$table}");
}
is scalar sql("select game.retain('kpi_days', 400, 100)"), 0,
    'no figures are as old';
sql("insert into game.kpi_days $insert{kpi_days}
    from (select now() - make_interval(hours => 24 * d) as at
            from generate_series(398, 402) d) x");
is scalar sql("select game.retain('kpi_days', 400, 100)"), 2,
    'a day of figures is kept as long as any of it may be';
sql("delete from game.kpi_days where day < now() - interval '390 days'");

# seconds become hours; what is counted in all stays right
sql("insert into game.strategy_counts (strategy_id, at, status, error_code,
        case_name, n, points)
    select '$strategy', date_trunc('hour', now()) - make_interval(
        hours => 24 * d, mins => m), 'ok', '', c, 2, 1.5
      from generate_series(88, 92) d, generate_series(0, 90, 30) m,
           (values ('a'), ('b')) v (c)");
my $sum = "select count(*), sum(n), sum(points) from game.strategy_counts
    where strategy_id = '$strategy'";
is scalar sql($sum), '40|80|60.0', 'counts by the second';
is join(',', sql("select game.retain('strategy_counts', 91, 3)
    from generate_series(1, 5)")), '3,3,2,0,0',
    'those that are no hours are rolled in batches';
is scalar sql($sum), '36|80|60.0', 'the sums are as before';
ok run_job('retention'), 'the runner does the others';
is scalar sql($sum), '34|80|60.0', 'the sums are as before';
is scalar sql("select bool_and(at = date_trunc('hour', at))
    from game.strategy_counts where strategy_id = '$strategy'
     and at < now() - interval '91 days'"), 't', 'by the hour';

# ---- one at a time ----

my $release = hold("select pg_advisory_xact_lock(
    hashtextextended('job retention', 27))");
is_deeply [piece('retention', '{"batch": 1, "tables": []}', 1)],
    ['busy', 0], 'who comes second goes away';
$release->();
is_deeply [piece('retention', '{"batch": 1, "tables": []}', 0)],
    ['wait', 0], 'a job that is not due waits';
is_deeply [piece('retention', '{"batch": 1, "tables": []}', 1)],
    ['done', 0], 'unless it has to be done now';

# ---- failures ----

ok !eval { piece('no_such_job', '{}', 1); 1 }, 'a job that is not there';
is scalar sql("select count(*) from game.jobs where name = 'no_such_job'"),
    0, 'leaves nothing';
is join(',', map { sql("select game.job_failed('no_such_job', '$_', 60000000)")
    } 'x', 'y' x 600), 't,t', 'a failure is noted';
is scalar sql("select last_status, failures, length(last_error), runs,
    due_at > now() from game.jobs where name = 'no_such_job'"),
    'failed|2|500|0|t', 'and how often, and puts the job off';
sql("delete from game.jobs where name = 'no_such_job'");

# ---- directives ----

my ($ok, $said) = configtest("GameRetention wallets 3");
ok !$ok && $said =~ /GameRetention: "wallets" is not one of request_log, /,
    'no retention for wallets' or diag $said;
for my $bad ('GameRetention kpi_days -1', 'GameRetention kpi_days 1d',
             'GameRetention kpi_days 36501') {
    ($ok, $said) = configtest($bad);
    ok !$ok && $said =~ /GameRetention: .* whole number from 0 to 36500/,
        $bad or diag $said;
}
($ok, $said) = configtest("GameRetention kpi_days 0\nGameRetention "
    . "kpi_days 36500\nGameJobs Off\nGameJobsInterval 100");
ok $ok, 'what is right' or diag $said;
done_testing;
