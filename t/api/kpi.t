# Daily figures against a history made by hand, samples of the uptime, and
# what is answered about both.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

plan need_module('game', 'dbd');

my $admin = admin_key();
my %user = map { $_ => sprintf '00000000-0000-4000-8000-0000000001%02x',
                 ord } 'a' .. 'h';
my %day = map { $_ => scalar sql("select (now() at time zone 'UTC')::date
    - $_") } 0 .. 20;

sub award_row {
    my ($ago, $user, $at) = @_;
    sql("insert into game.awards (bucket, user_id, task_id, created_at,
            game_id, points, case_name)
        values (get_byte(uuid_send('$user{$user}'), 15) & 63, '$user{$user}',
            gen_random_uuid(), timestamptz '$day{$ago} ${at}Z',
            gen_random_uuid(), 1, 'kpi')");
}

sub action_row {
    my ($ago, $user, $at) = @_;
    sql("insert into game.user_actions (bucket, user_id, created_at, id,
            type_action)
        values (get_byte(uuid_send('$user{$user}'), 15) & 63, '$user{$user}',
            timestamptz '$day{$ago} ${at}Z', gen_random_uuid(), 'kpi')");
}

sub requests {
    my ($ago, $slot, $n, $ok, $errors, $us) = @_;
    sql("insert into game.request_days (day, slot, n, ok, errors,
            duration_us) values ('$day{$ago}', $slot, $n, $ok, $errors, $us)");
}

sub forget {
    sql('truncate game.kpi_days, game.kpi_scans, game.active_days');
    sql("update game.jobs set cursor = null where name = 'kpi'");
}

# Has the runner do a whole run that begins from now on.
sub run_job {
    my ($name) = @_;
    my ($full, $runs) = split /\|/, sql("update game.jobs
        set due_at = now() where split_part(name, '\@', 1) = '$name'
        returning name, runs");
    return wait_for(sub { sql("select runs > $runs and cursor is null
        from game.jobs where name = '$full'") eq 't' });
}

# Does a whole run by hand; answers its pieces.
sub by_hand {
    my (%args) = (grace => 900, lag => 0, rows => 20000, budget => 1000, @_);
    my $args = json(\%args);
    return scalar sql("create function pg_temp.by_hand() returns integer
        language plpgsql as \$\$
        declare
            v_next jsonb;
            v_n integer := 0;
        begin
            loop
                v_n := v_n + 1;
                v_next := (select x.next
                             from game.job_kpi('$args', v_next) x);
                if v_next is null then
                    return v_n;
                end if;
            end loop;
        end \$\$;
        select pg_temp.by_hand();");
}

sub figures {
    return join "\n", sql("select to_char(day, 'YYYY-MM-DD'),
        total_requests, success_rate, error_rate, avg_latency_ms,
        active_users, retention_rate, avg_interactions_per_user
      from game.kpi_days where day between '$day{10}' and '$day{1}'
      order by day");
}

# ---- the history ----

# the runner stays away until it is asked for
ok wait_for(sub { scalar sql("select count(*) from game.jobs
    where name = 'kpi' and runs > 0 and cursor is null") }),
    'the job has been run';
sub pause { sql("update game.jobs set due_at = 'infinity', cursor = null
    where name = 'kpi'") }
pause();
sql("delete from game.request_days where day < '$day{0}'");
# figures begin with the first user: those of other suites are of today
sql("update game.users set created_at = now()
    where created_at < '$day{0}'");
sql("insert into game.users (bucket, id, external_user_id, created_at)
    values (get_byte(uuid_send('$user{a}'), 15) & 63, '$user{a}', 'kpi a',
            timestamptz '$day{10} 00:00:00Z')");

award_row(10, 'a', '00:00:00');
award_row(10, 'a', '12:00:00');
award_row(10, 'b', '23:59:59.999999');
action_row(10, 'c', '12:00:00') for 1 .. 3;     # of one instant
action_row(10, 'd', '07:00:00');
award_row(9, 'a', '00:00:00');
action_row(9, 'e', '23:59:59.999999');
award_row(3, 'a', '05:00:00');
award_row(3, 'b', '05:00:00');
action_row(3, 'f', '05:00:00');
award_row(3, 'f', '05:00:01');
award_row(2, 'c', '10:00:00');
award_row(1, $_, '00:00:01') for qw(a c f);
requests(10, 0, 2, 1, 1, 3000);
requests(10, 1, 1, 1, 0, 1500);
requests(3, 63, 7, 7, 0, 10000);
requests(2, 5, 4, 3, 0, 1);

# requests, success, errors, latency; users, retention, interactions a user
my @want = (
    "$day{10}|3|66.67|33.33|1.50|4|0.00|1.75",
    "$day{9}|0|0.00|0.00|0.00|2|25.00|1.00",
    (map { "$day{$_}|0|0.00|0.00|0.00|0|0.00|0.00" } 8, 7, 6, 5, 4),
    "$day{3}|7|100.00|0.00|1.43|3|40.00|1.33",
    "$day{2}|4|75.00|0.00|0.00|1|0.00|1.00",
    "$day{1}|0|0.00|0.00|0.00|3|75.00|1.00");
my $want = join "\n", @want;

forget();
is by_hand(), 2, 'all of it in one piece, and one that clears up';
is figures(), $want, 'the figures';
is scalar sql("select count(*) from game.kpi_days"), 11, 'a row a day';
my $over = sql("select now() >= timestamptz '$day{0} 00:15Z'");
is scalar sql("select string_agg(final::text, ',' order by day)
    from game.kpi_days"), join(',', ('true') x 9,
    $over eq 't' ? 'true' : 'false', 'false'), 'final but for today';
is scalar sql("select active_users, avg_interactions_per_user
        from game.kpi_days where day = '$day{0}'"),
    scalar sql("select count(distinct user_id), round(coalesce(
            count(*)::numeric / nullif(count(distinct user_id), 0), 0), 2)
        from game.interactions where created_at >= date_trunc('day', now(),
            'UTC')"), 'today is what there is of it';

forget();
cmp_ok by_hand(rows => 1, budget => 0), '>', 11 * 64,
    'the same in the smallest pieces';
is figures(), $want, 'the figures are the same';
my $users = "select day, user_id, n from game.active_days
    where day >= '$day{10}' order by day, user_id";
my @users = sql($users);
by_hand();
is join("\n", sql($users)), join("\n", @users), 'a second run adds nothing';

# ---- live, then late, then final ----

forget();
by_hand(grace => 86400 * 30);
is figures(), $want, 'nothing is final yet: the same figures';
award_row(1, 'g', '00:00:00.5');
award_row(1, 'a', '00:00:00.5');
by_hand(grace => 86400 * 30);
is figures(), $want, 'what comes late is not looked for';
by_hand(grace => 1);
$want[9] = "$day{1}|0|0.00|0.00|0.00|4|75.00|1.25";
is figures(), join("\n", @want), 'before a day is final it is read again';
is scalar sql("select count(*) from game.kpi_scans"), 1,
    'today alone is open';

# ---- missed days ----

forget();
ok run_job('kpi'), 'the runner';
is figures(), join("\n", @want), 'catches up with what was missed';

award_row(6, 'h', '06:00:00');
sql("select game.kpi_again('$day{6}')");
ok run_job('kpi'), 'counted again from a day on';
$want[4] = "$day{6}|0|0.00|0.00|0.00|1|0.00|1.00";
$want[7] = "$day{3}|7|100.00|0.00|1.43|3|33.33|1.33";
$want[9] = "$day{1}|0|0.00|0.00|0.00|4|60.00|1.25";
is figures(), join("\n", @want), 'that day and those that look back at it';
is scalar sql("select count(*) from game.active_days
    where day < '$day{0}'::date - 8"), 0,
    'users of days that nobody asks for are gone';

# ---- GET /kpi/metrics ----

my ($status, $body) = api GET => "/kpi/metrics?from=$day{10}&to=$day{9}",
    undef, key => $admin;
is $status, 200, 'an administrator reads them';
is_deeply $body->{items}, [
    { day => $day{9}, totalRequests => 0, successRate => 0,
      avgLatencyMS => 0, errorRate => 0, activeUsers => 2,
      retentionRate => 25, avgInteractionsPerUser => 1 },
    { day => $day{10}, totalRequests => 3, successRate => 66.67,
      avgLatencyMS => 1.5, errorRate => 33.33, activeUsers => 4,
      retentionRate => 0, avgInteractionsPerUser => 1.75 }],
    'both days, the newest first' or diag json($body);
is $body->{search_options}{total_count}, 2, 'and how many there are';
($status, $body) = api GET => '/kpi/metrics?page=2&page_size=4', undef,
    bearer => token(-admin => 1);
is_deeply [$status, map { $_->{day} } @{$body->{items}}],
    [200, @day{4 .. 7}], 'page by page, with a token';
($status, $body) = api GET => "/kpi/metrics?to=$day{20}", undef,
    key => $admin;
is_deeply [$status, $body->{items}, $body->{search_options}{total_count}],
    [200, [], 0], 'none';
my @answers = burst map { [GET => "/kpi/$_", undef, key => $admin] }
    'metrics?from=soon', 'metrics?to=2026-13-01', 'uptime?from=x',
    'uptime?by=week', 'metrics?page=0', 'metrics?page_size=1000000';
is_deeply [map { "$_->[0] " . $_->[1]{detail}[0]{loc}[1] } @answers],
    [map { "422 $_" } qw(from to from by page page_size)],
    'what is no time, no period, no page';
for my $path ('/kpi/metrics', '/kpi/uptime') {
    for my $who (['nobody', key => undef], ['a client', key => client_key()],
                 ['a user', bearer => token()]) {
        ($status, $body) = api GET => $path, undef, @$who[1, 2];
        is_deeply [$status, $body], [403, { detail =>
            'Service figures require an administrator.' }],
            "$path: not for $who->[0]";
    }
}

# ---- the uptime ----

my $instance = sql("select split_part(name, '\@', 2) from game.jobs
    where name like 'uptime\@%'");
like $instance, qr/^\S+:\d+$/, 'this server samples itself';
is scalar sql("select count(*) from game.uptime_samples where instance =
    '$instance' and status = 'healthy' and latency_us > 0
    and created_at = date_trunc('minute', created_at)") > 0, 1,
    'it is healthy';

sub sample {
    my (%args) = (instance => 'made:1', status => 'healthy',
                  latency_us => 100, @_);
    return scalar sql("select n from game.job_uptime('" . json(\%args)
        . "', null)");
}
my $made = "from game.uptime_samples where instance = 'made:1'";
# all of one minute
wait_for(sub { scalar sql("select extract(second from now()) < 50") eq 't' });
is sample(), 1, 'a sample';
sample();
is scalar sql("select count(*) $made") <= 2, 1, 'one a minute';
my ($now, $from) = sql("select extract(epoch from date_trunc('minute', now()))
    ::bigint * 1000000 + x from (values (5000000), (-600000000)) v (x)");
is sample(down_from => $from, down_until => $now), 11,
    'ten minutes without a database, and this one';
is scalar sql("select count(*) $made and status = 'unhealthy'"), 11,
    'are said to be so';
sample();
is scalar sql("select count(*) $made and status = 'unhealthy'"), 11,
    'and stay so';
cmp_ok sample(down_from => 1, down_until => $now), '<=', 7 * 1440 + 2,
    'a week of them at most';
sql("delete $made");
sql("insert into game.jobs (name, due_at)
    select 'uptime\@gone:' || d, now() - make_interval(days => d)
      from (values (29), (31)) v (d)");
sample();
is join(' ', sql("delete from game.jobs where name like 'uptime\@gone:%'
    returning name")), 'uptime@gone:29',
    'servers that are gone for a month are forgotten';
sql("delete $made");

sql("insert into game.uptime_samples (created_at, instance, status,
        latency_us)
    select timestamptz '$day{15} 10:00Z' + m * interval '1 minute', 'made:1',
           case when m in (30, 31, 70) then 'unhealthy' else 'healthy' end,
           case when m in (30, 31, 70) then null else 2000 + m end
      from generate_series(0, 119) m");
($status, $body) = api GET => "/kpi/uptime?from=$day{15}&to=$day{15}&by=hour",
    undef, key => $admin;
is_deeply [$status, @$body{qw(samples healthy availability)}],
    [200, 120, 117, 97.5], 'of the whole time';
is_deeply [map { delete $_->{avgLatencyMS}; $_ } @{$body->{items}}], [
    { from => "$day{15}T11:00:00Z", samples => 60, healthy => 59,
      availability => 98.33 },
    { from => "$day{15}T10:00:00Z", samples => 60, healthy => 58,
      availability => 96.67 }], 'by the hour' or diag json($body);
($status, $body) = api GET => "/kpi/uptime?from=$day{15}T10:30:00Z"
    . "&to=$day{15}T10:31:00Z", undef, key => $admin;
is_deeply $body->{items}, [{ from => "$day{15}T00:00:00Z", samples => 2,
    healthy => 0, availability => 0, avgLatencyMS => undef }],
    'two bad minutes' or diag json($body);
($status, $body) = api GET => "/kpi/uptime?from=$day{20}&to=$day{20}", undef,
    key => $admin;
is_deeply [$status, @$body{qw(samples availability items)}], [200, 0, 0, []],
    'nothing was sampled';
sql("delete $made");
sql("delete from game.awards where case_name = 'kpi'");
sql("delete from game.user_actions where type_action = 'kpi'");
sql("delete from game.users where external_user_id = 'kpi a'");
sql("delete from game.request_days where day < '$day{0}'");
forget();
sql("update game.jobs set due_at = now() where name = 'kpi'");
done_testing;
