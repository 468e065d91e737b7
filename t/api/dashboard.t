# Dashboards: what they say is what a count of the rows says, at any time:
# before days are counted, after, with rows that come late, games that are
# deleted, and windows that cut days apart.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use POSIX ();
use Game::Exports;
use Game::Test;

plan need_module('game', 'auth_openidc', 'dbd');

my @boss = (bearer => token(-admin => 1));

sub summary {
    my ($who, %query) = @_;
    my $path = delete $query{logs} ? '/dashboard/summary/logs'
                                   : '/dashboard/summary';
    $path .= '?' . join '&', map {
        (my $v = $query{$_}) =~ s/([^A-Za-z0-9_.-])/sprintf '%%%02X', ord $1/ge;
        "$_=$v" } sort keys %query;
    my ($status, $body) = api GET => $path, undef, @$who;
    return wantarray ? ($status, $body) : $body;
}

# ---- what is asked for ----

my $key = new_key();
my @me = (key => $key);
for my $by ('', 'year', 'DAY', 'day ') {
    my ($status, $body) = summary(\@me, group_by => $by,
                                  start_date => 'never');
    is $status, 400, "by '$by'";
    is $body->{detail},
        "Invalid group_by value. Choose 'day', 'week', or 'month'.", 'why';
}
for my $bad ('never', '2026-13-01', '2026-02-30', '2026-1-1', '20260101T',
             '2026-02-03T24:00', '2026-02-03T10:60', '2026-W54',
             '2025-W53', '2026-W01-8', '0000-01-01', '2026-02-03T1',
             '2026-02-03T10:00:00.', '2026-02-03T10:0000',
             '2026-02-03T1000:00', '2026-02-03T10:00+1', '2026-02-03T10:00z',
             '2026-02-03T10:00Zx', '202602', '2026-0203', ' 2026-02-03',
             '1770000000', '2026-02-03T10:00+24:00') {
    next if $bad eq '20260101T';        # a time may be empty
    for my $logs (0, 1) {
        my ($status, $body) = summary(\@me, group_by => 'day',
                                      end_date => $bad, logs => $logs);
        is $status, 400, "'$bad'";
        is $body->{detail}, "Invalid date '$bad'. Expected ISO 8601, e.g. "
            . '2026-05-09.', 'why';
    }
}
my $empty = { map { $_ => [] } qw(new_users games_opened points_earned
                                  actions_performed) };
is_deeply scalar summary(\@me, group_by => 'day', start_date => '',
    end_date => ''), $empty, 'no bounds, and nothing there';

# ---- forms of dates: a game at a known time ----

my ($game, $task) = new_game(@me);
my $at = '2004-02-29 23:30:00.5+00';
sql("update game.games set created_at = '$at' where id = '$game'");
sub games {
    my (%query) = @_;
    my $answer = summary(\@me, group_by => 'day', %query);
    return join ' ', map { "$_->{label}=$_->{count}" }
        @{$answer->{games_opened}};
}
my $label = '2004-02-29 00:00:00+00:00=1';
for my $from ('2004-02-29', '20040229', '2004-W09-7', '2004W097', '2004-W09',
              '2004W09', '2004-02-29T23:30', '2004-02-29 23:30:00,5',
              '20040229T2330', '2004-02-29T23:30:00.500000999Z',
              '2004-03-01T01:30:00.5+02:00', '2004-02-29T22:30:00-0100',
              '2004-02-29T23', '20040229T', "2004-02-29\x{fc}23:30",
              '2004-02-29T23:30:00.5-00:00:00') {
    my $text = $from;
    utf8::encode($text);
    is games(start_date => $text), $label, "from $text";
}
for my $from ('2004-03-01', '2004-W10', '2004-02-29T23:30:00.500001',
              '2004-02-29T23:31Z', '2004-03-01T01:31+02:00') {
    is games(start_date => $from), '', "not from $from";
}
for my $to ('2004-02-29', '20040229', '2004-W09-7',
            '2004-02-29T23:30:00.500000') {
    is games(end_date => $to), $label, "to $to";
}
for my $to ('2004-02-28', '2004-W09', '2004-02-29T00:00', '20040229T',
            '2004-02-29T23:30:00.499999') {
    is games(end_date => $to), '', "not to $to";
}
is games(group_by => 'month'), '2004-02=1', 'a month';
is games(group_by => 'week'), 'week_5_2_2004=1', 'a week';
for my $week (['01', 1], ['07', 1], ['08', 2], ['14', 2], ['15', 3],
              ['21', 3], ['22', 4], ['28', 4], ['29', 5], ['31', 5]) {
    sql("update game.games set created_at = '2004-12-$week->[0] 12:00+00'
        where id = '$game'");
    is games(group_by => 'week'), "week_$week->[1]_12_2004=1",
        "the $week->[0]th";
}

sql("update game.games set created_at = '2026-03-01 12:00+00'
    where id = '$game'");

# ---- against a count of the rows ----

# Two keys of a realm, one of another owner, a person; games of theirs with
# awards, actions, users and rows of the audit log over some days of 2026.
my $realm = uniq('realm');
my %who = (
    one => [key => new_key(realm => $realm)],
    two => [key => new_key(realm => $realm)],
    alone => [key => new_key()],
    person => [bearer => token(sub => uniq('person'))],
);
my %owner = map {
    my ($id) = new_game(@{$who{$_}});
    my ($owner) = sql("select concat_ws('|', coalesce(key_prefix, '-'),
        coalesce(subject, '-'), coalesce(realm_id, '-'))
        from game.games where id = '$id'");
    $_ => { game => $id, split => [split /\|/, $owner] };
} sort keys %who;
my @games = map { $owner{$_}{game} } sort keys %owner;

# Rows at random times of [from, to); the same for each owner.
sub rows_at {
    my ($from, $to, $count) = @_;
    for my $name (sort keys %owner) {
        my ($prefix, $subject, $realm_id) = map { $_ eq '-' ? 'null' : "'$_'" }
            @{$owner{$name}{split}};
        my $time = "timestamptz '$from' + random()
            * (timestamptz '$to' - timestamptz '$from')";
        sql("with u as (
            insert into game.users (bucket, id, external_user_id, key_prefix,
                                    subject, realm_id, created_at)
            select get_byte(uuid_send(x.id), 15) & 63, x.id,
                   'dash-' || x.id, $prefix, $subject, $realm_id, $time
              from (select gen_random_uuid() as id
                      from generate_series(1, $count)) x
            returning *),
        a as (
            insert into game.awards (bucket, user_id, task_id, created_at,
                                     game_id, points, case_name)
            select u.bucket, u.id, t.id, $time, t.game_id,
                   floor(random() * 20 - 5), 'x'
              from u join game.tasks t on t.game_id = '$owner{$name}{game}'
            returning 1),
        l as (
            insert into game.audit_log (created_at, level, module, message,
                key_prefix, subject, realm_id)
            select $time, (array['INFO', 'SUCCESS', 'ERROR'])
                          [1 + floor(random() * 3)::integer], 'dash', 'x',
                   $prefix, $subject, $realm_id
              from generate_series(1, $count) returning 1)
        insert into game.user_actions (bucket, user_id, created_at,
            type_action, game_id, key_prefix, subject)
        select u.bucket, u.id, $time, 'x',
               case when random() < 0.5 then '$owner{$name}{game}'::uuid end,
               $prefix, $subject from u");
    }
}

# All rows of the time: series, microseconds, date, owner, what it counts.
my @rows;
sub read_rows {
    @rows = map { [split /\|/, $_, -1] } sql("
        select s, game.unix_us(at), to_char(at at time zone 'UTC',
               'YYYY-MM-DD'), k, p, r, n from (
        select 'new_users' as s, created_at as at, key_prefix as k,
               subject as p, realm_id as r, 1 as n from game.users
        union all select 'games_opened', created_at, key_prefix, subject,
               realm_id, 1 from game.games
        union all select 'points_earned', a.created_at, g.key_prefix,
               g.subject, g.realm_id, a.points
          from game.awards a join game.games g on g.id = a.game_id
        union all select 'actions_performed', x.created_at, x.key_prefix,
               x.subject, u.realm_id, 1 from game.user_actions x
          left join game.users u on u.id = x.user_id where x.game_id is null
        union all select 'actions_performed', x.created_at, g.key_prefix,
               g.subject, g.realm_id, 1 from game.user_actions x
          join game.games g on g.id = x.game_id
        union all select lower(level), created_at, key_prefix, subject,
               realm_id, 1 from game.audit_log) x
         where at between '2026-02-01' and '2026-11-01' order by at");
}

# The same figures, counted from them.
sub counted {
    my ($name, $by, $from, $to, $logs) = @_;
    my @series = $logs ? qw(info success error) : sort keys %$empty;
    my (%n, %order);
    for my $row (@rows) {
        my ($series, $at, $date, @whose) = @$row;
        my $n = pop @whose;
        next if $at < $from || $at > $to || !grep { $_ eq $series } @series;
        next if $name ne 'all' && !grep {
            length $whose[$_] && $whose[$_] eq $owner{$name}{split}[$_]
        } 0 .. 2;
        my ($year, $month, $day) = split /-/, $date;
        my $label = $by eq 'day' ? "$date 00:00:00+00:00"
            : $by eq 'month' ? "$year-$month"
            : sprintf 'week_%d_%d_%d', ($day + 6) / 7, $month, $year;
        $order{$label} ||= $at;
        $n{$series}{$label} += $n;
        if ($logs) {
            $n{$_}{$label} ||= 0 for @series;
        }
    }
    return { map { my $n = $n{$_}; $_ => [map {
        { label => $_, count => $n->{$_} } }
        sort { $order{$a} <=> $order{$b} } keys %{$n || {}}] } @series };
}

my @windows = (
    ['2026-01-01T00:00:00Z', '2026-10-31T23:59:59.999999Z'],
    ['2026-03-03T12:00:00Z', '2026-03-09T11:59:59.999999Z'],
    ['2026-03-05T00:00:00Z', '2026-03-05T23:59:59.999999Z'],
    ['2026-03-04T07:00:00Z', '2026-03-04T08:00:00Z'],
    ['2026-03-31T23:00:00Z', '2026-04-01T01:00:00Z'],
);
push @$_, split /\|/, sql("select game.unix_us('$_->[0]'),
    game.unix_us('$_->[1]')") for @windows;
sub all_right {
    my ($when) = @_;
    my @wrong;
    read_rows();
    for my $window (@windows) {
        my ($from, $to, $first, $last) = @$window;
        for my $name ('all', sort keys %owner) {
            for my $by (qw(day week month)) {
                for my $logs (0, 1) {
                    my $is = summary($name eq 'all' ? \@boss : $who{$name},
                        group_by => $by, start_date => $from,
                        end_date => $to, logs => $logs);
                    my $want = counted($name, $by, $first, $last, $logs);
                    push @wrong, "$name $by $from $to: " . json($is) . ' not '
                        . json($want) if json($is) ne json($want);
                }
            }
        }
    }
    is scalar @wrong, 0, "$when: every figure" or diag $wrong[0];
}
sub days_done {
    return scalar sql("select count(*) from game.figure_days
        where done and day between '2026-03-01' and '2026-04-30'");
}
# Counts what is to be counted, step by step, as the job does.
sub count_days {
    my ($steps) = @_;
    for (1 .. $steps || 400) {
        return 1 if !sql("select n from game.job_figures('{}', null)");
    }
    return 0;
}

# the runner must not count while the suite compares "before" and "after"
my $release = hold("select pg_advisory_xact_lock(
    hashtextextended('job figures', 27))");
rows_at('2026-03-01 00:00+00', '2026-04-03 00:00+00', 60);
sql("update game.games set created_at = timestamptz '2026-03-01 10:00+00'
    + interval '2 hours' * get_byte(uuid_send(id), 0) where id in ("
    . join(',', map { "'$_'" } @games) . ')');
is days_done(), 0, 'no day is counted';
read_rows();
cmp_ok scalar @rows, '>', 900, 'there is something to count';
all_right('live');
count_days(1);
ok days_done() > 0, 'some days are counted';
all_right('in part');
count_days();
is days_done(), 2 * 61, 'all are, those without rows as well';
all_right('counted');
is sql("select count(*) from game.figure_days
    where not done and day < game.day_of(now()) - 1"), 0,
    'and nothing is half done';

# late rows, of a counted day and of one that is counted in part
rows_at('2026-03-04 06:00+00', '2026-03-04 09:00+00', 5);
is days_done(), 2 * 61 - 1, 'late rows: their day is not counted any more';
all_right('late rows');
count_days(1);
rows_at('2026-03-04 01:00+00', '2026-03-04 05:00+00', 5);
all_right('later ones');
count_days();
all_right('counted again');

# what is changed, and what goes
sql("update game.awards set points = points + 1000
    where game_id = '$games[0]' and created_at < '2026-03-10'");
all_right('points that were changed');
sql("delete from game.awards where game_id = '$games[1]'
    and created_at between '2026-03-05' and '2026-03-06'");
sql("delete from game.user_actions where game_id = '$games[1]'
    and created_at between '2026-03-05' and '2026-03-06'");
all_right('rows that went');
count_days();
all_right('counted without them');
is +(api DELETE => "/games/$games[0]", undef, @{$who{alone}})[0], 200,
    'a game is deleted';
all_right('which changes nothing of what was');
sql("update game.games set key_prefix = (select key_prefix from game.games
    where id = '$games[1]'), realm_id = '$realm' where id = '$games[0]'");
all_right('a game that has another owner');
count_days();
all_right('counted for the other');

# a day that is being counted while somebody writes late rows of it
my $late = hold("insert into game.users (bucket, id, external_user_id,
    created_at) values (0, '00000000-0000-4000-8000-000000000040', 'late',
    '2026-03-20 05:00+00')");
count_days(3);
all_right('rows that are not committed');
$late->();
count_days();

# half a step leaves nothing
sql("delete from game.figure_days where day = '2026-03-15'");
my $stop = hold('select game.figures_step()');
$stop->();
is scalar sql("select count(*) from game.figure_days
    where day = '2026-03-15'"), 0, 'a step that was stopped left nothing';
count_days();
all_right('done again');

# rows of the audit log go, their figures stay
my $logs = json(scalar summary(\@boss, group_by => 'month', logs => 1,
    start_date => $windows[0][0], end_date => $windows[0][1]));
sql("delete from game.audit_log where created_at < '2026-05-01'");
is json(scalar summary(\@boss, group_by => 'month', logs => 1,
    start_date => $windows[0][0], end_date => $windows[0][1])), $logs,
    'figures of the audit log outlive its rows';
$release->();

# ---- today, in parts ----

# Figures of today and yesterday beside a count of the rows, in one statement:
# how many lines of either differ. Rows may come meanwhile.
sub differ {
    my $whose = join ',', "(true, '', '', '')", map {
        "(false, " . join(', ', map { $_ eq '-' ? "'none of them'" : "'$_'" }
            @{$owner{$_}{split}}) . ')' } sort keys %owner;
    my $want = "from seen s join w on s.at >= w.f and s.at < w.t
        join o on o.everybody or s.k = o.k or s.s = o.s or s.r = o.r
        group by 1, 2, 3, 4, 5, 6";
    my %count = (
        dashboard => "select w.f, w.t, o.k, o.s, o.r, game.day_of(s.at),
            sum(u)::bigint, sum(g)::bigint, sum(a)::bigint, sum(p)::numeric,
            sum(x)::bigint $want",
        dashboard_logs => "select w.f, w.t, o.k, o.s, o.r, game.day_of(s.at),
            count(*) filter (where l = 'INFO'),
            count(*) filter (where l = 'SUCCESS'),
            count(*) filter (where l = 'ERROR') $want",
    );
    my %seen = (
        dashboard => "
            select created_at, key_prefix, subject, realm_id, 1, 0, 0, 0, 0
              from game.users
            union all
            select created_at, key_prefix, subject, realm_id, 0, 1, 0, 0, 0
              from game.games
            union all
            select a.created_at, g.key_prefix, g.subject, g.realm_id,
                   0, 0, 1, a.points, 0
              from game.awards a left join game.games g on g.id = a.game_id
            union all
            select x.created_at, x.key_prefix, x.subject, u.realm_id,
                   0, 0, 0, 0, 1
              from game.user_actions x
              left join game.users u on u.id = x.user_id
             where x.game_id is null
            union all
            select x.created_at, g.key_prefix, g.subject, g.realm_id,
                   0, 0, 0, 0, 1
              from game.user_actions x join game.games g on g.id = x.game_id",
        dashboard_logs => "
            select created_at, key_prefix, subject, realm_id, level
              from game.audit_log",
    );
    my %columns = (dashboard => 'u, g, a, p, x', dashboard_logs => 'l');
    my $differ = 0;
    for my $which (sort keys %count) {
        my ($n) = sql("with t (day) as (select game.day_of(now())),
            w (f, t) as (select v.f, v.t from t, lateral (values
                (game.day_start(day - 1), 'infinity'::timestamptz),
                (game.day_start(day), 'infinity'),
                (game.day_start(day), game.day_start(day + 1)),
                (game.day_start(day - 1), game.day_start(day)),
                (game.day_start(day), now() - interval '30 minutes'),
                (now() - interval '1 hour', 'infinity'),
                (now() - interval '1 hour', now() - interval '10 minutes')
            ) v (f, t)),
            o (everybody, k, s, r) as (values $whose),
            seen (at, k, s, r, $columns{$which}) as (select * from (
                $seen{$which}) y (at, k, s, r, $columns{$which})
                where at >= (select min(f) from w)),
            found as (select w.f, w.t, o.k, o.s, o.r, d.* from w, o,
                lateral game.$which('day', w.f, w.t, o.everybody, o.k, o.r,
                                    o.s) d),
            want as ($count{$which})
            select count(*) from ((table found except table want)
                union all (table want except table found)) z");
        $differ += $n;
    }
    return $differ;
}
# How far today is counted, of a kind.
sub upto {
    return scalar sql("select upto from game.figure_days
        where kind = '$_[0]' and day = game.day_of(now())");
}
# Counts today up to so long before now.
sub part {
    my ($kind, $ago) = @_;
    return scalar sql("select game.figures_part('$kind',
        game.day_of(now()), now() - interval '$ago')");
}
# Rows of today, that long before now until that long before.
sub rows_today {
    my ($from, $to, $count) = @_;
    rows_at((map { sql("select greatest(game.day_start(game.day_of(now())),
        now() - interval '$_')") } $from, $to), $count);
}

my ($early) = sql("select (now() at time zone 'UTC')::time
    not between '00:45' and '23:50'");
SKIP: {
    skip 'today is too short or nearly over', 34 if $early eq 't';
    $release = hold("select pg_advisory_xact_lock(
        hashtextextended('job figures', 27))");
    count_days();
    sql('delete from game.figure_days where day >= game.day_of(now()) - 1');
    rows_today('8 hours', '0', 300);
    sql("update game.games set created_at = now() - interval '40 minutes'
        where id = '$games[2]'");
    is differ(), 0, 'today, live';
    for my $ago ('3 hours', '44 minutes', '30 minutes') {
        part($_, $ago) for qw(figures log);
        is differ(), 0, "counted until $ago ago";
    }
    ok upto($_), "a part of today is counted: $_" for qw(figures log);
    is sql("select game.figures_part('figures', day,
        upto + interval '59 seconds') from game.figure_days
         where kind = 'figures' and day = game.day_of(now())"), 'f',
        'no part of seconds';
    ok count_days(), 'a run of the job ends';
    is differ(), 0, 'counted until now';
    is sql("select count(*) from game.figure_days
        where day = game.day_of(now()) and not done
          and upto >= game.figures_horizon() - interval '2 minutes'"), 2,
        'nearly';

    my ($log, $figures) = (upto('log'), upto('figures'));
    rows_today('90 seconds', '61 seconds', 5);
    is upto('figures'), $figures, 'late, but not of what is counted';
    is differ(), 0, 'seen';
    rows_today('40 minutes', '35 minutes', 5);
    is upto('figures'), undef, 'late: the figures of today begin anew';
    is upto('log'), $log, 'those of the log get what came';
    is differ(), 0, 'late rows';
    part('figures', '38 minutes');
    is differ(), 0, 'counted in part';
    rows_today('44 minutes', '30 minutes', 5);
    is differ(), 0, 'rows before and after that';
    count_days();
    sql("delete from game.awards where game_id = '$games[2]'
        and created_at < now() - interval '20 minutes'");
    is differ(), 0, 'rows that went';
    count_days();
    sql("update game.games set key_prefix = (select key_prefix from
        game.games where id = '$games[3]') where id = '$games[2]'");
    is differ(), 0, 'another owner';
    count_days();
    sql("delete from game.users where id in (select user_id
        from game.user_actions where game_id is null
         and created_at > now() - interval '2 hours' limit 3)");
    is differ(), 0, 'users that went';

    # whoever is at work keeps what may be his from being counted
    count_days();
    my $writer = hold("insert into game.audit_log
        (created_at, level, module, message)
        values (now() - interval '50 seconds', 'INFO', 'dash', 'x')");
    is sql("select game.figures_horizon() <= min(xact_start)
        - interval '1 minute' from pg_stat_activity
         where state = 'idle in transaction'"), 't', 'counts up to them';
    $writer->();
    for my $kind (qw(figures log)) {
        sql('delete from game.figure_days where day = game.day_of(now())');
        part($kind, '44 minutes');
        $writer = hold($kind eq 'log' ? "insert into game.audit_log
            (created_at, level, module, message)
            values (now() - interval '40 minutes', 'INFO', 'dash', 'x')"
            : "insert into game.user_actions (bucket, user_id, created_at,
                type_action) values (0, gen_random_uuid(),
                now() - interval '40 minutes', 'x')");
        is part($kind, '10 minutes'), '',
            "a day that somebody writes late rows of waits: $kind";
        $writer->();
    }

    # one that is killed in the middle leaves nothing
    sql('delete from game.figure_days where day = game.day_of(now())');
    my $step = hold('select game.figures_step()');
    my ($pid) = sql("select pid from pg_stat_activity
        where state = 'idle in transaction' and query like '%figures_step%'");
    for my $day ('game.day_of(now())', 'null') {
        is sql("select pg_try_advisory_xact_lock"
            . ($day eq 'null' ? '' : '_shared')
            . "(game.figures_lock($day))"), 'f',
            "and they wait for who counts: $day";
    }
    {
        # an award of now waits for nobody
        my ($it, $its_task) = new_game(@{$who{two}});
        is +(api award($it, $its_task, uniq('user'), {}, @{$who{two}}))[0],
            200, 'an award while a step is not committed';
    }
    sql("select pg_terminate_backend($pid)");
    { local $SIG{PIPE} = 'IGNORE'; $step->(); }
    is upto('figures'), undef, 'a step that was killed left nothing';
    is differ(), 0, 'and the figures are right';

    # many rows: by their number; those of one time stay together
    sql("delete from game.figure_days where day = game.day_of(now())");
    sql("insert into game.audit_log (created_at, level, module, message)
        select now() - interval '44 minutes' + interval '10 ms' * (x / 7),
               'INFO', 'dash', 'many' from generate_series(1, 45000) x");
    part('log', '10 minutes');
    my ($n) = sql("select sum(info + success + error) from game.log_figures
        where whole and day = game.day_of(now())");
    ok $n >= 20000 && $n < 20007, "a part: $n rows";
    is differ(), 0, 'after it';

    # steps, late rows and awards at the same time
    my @at_work = map {
        my $pid = fork;
        if (!$pid) {
            open STDOUT, '>', '/dev/null';
            local @ENV{qw(PGHOST PGPORT PGUSER PGDATABASE)}
                = (vars()->{pg_host}, 5432, 'game', 'game');
            exec 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', $_
                or POSIX::_exit(1);
        }
        $pid;
    } "do \$\$ begin for i in 1 .. 120 loop perform game.figures_step();
        commit; perform pg_sleep(0.02); end loop; end \$\$",
      "do \$\$ begin for i in 1 .. 60 loop insert into game.user_actions
        (bucket, user_id, created_at, type_action, game_id)
        select 0, '00000000-0000-4000-8000-000000000040', now() - random()
               * interval '44 minutes', 'x', '$games[3]';
        insert into game.audit_log (created_at, level, module, message)
        select now() - random() * interval '44 minutes', 'ERROR', 'dash', 'x';
        commit; perform pg_sleep(random() * 0.1); end loop; end \$\$";
    my $wrong = 0;
    for (1 .. 15) {
        api award($games[3], scalar sql("select external_task_id
            from game.tasks where game_id = '$games[3]'"), uniq('user'), {},
            @boss);
        $wrong += differ();
    }
    is $wrong, 0, 'right at any time while all write';
    for my $pid (@at_work) {
        waitpid $pid, 0;
        is $?, 0, 'who was at work is done';
    }
    count_days();
    is differ(), 0, 'and after it';
    $release->();
}

# ---- today, live ----

my ($mine, $mine_task) = new_game(@me);
api award($mine, $mine_task, uniq('user'), {}, @me) for 1 .. 3;
my $today = summary(\@me, group_by => 'month', start_date =>
    scalar sql("select to_char(now() at time zone 'UTC', 'YYYY-MM-DD')"));
is $today->{new_users}[0]{count}, 3, 'users of today';
is $today->{games_opened}[0]{count}, 1, 'games of today';
is $today->{points_earned}[0]{count}, scalar(sql("select sum(points)
    from game.awards where game_id = '$mine'")), 'points of today';

# ---- tidy ----

erase(@games);
sql("delete from game.user_actions where user_id not in (
    select id from game.users where external_user_id not like 'dash-%')");
sql("delete from game.users where external_user_id like 'dash-%'");
is_deeply [faults()], [], 'the ledger is right';
done_testing;
