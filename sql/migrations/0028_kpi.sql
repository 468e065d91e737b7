-- Figures of a day, and samples of the uptime: what the jobs of these names
-- do. game.kpi_days and game.uptime_samples are made in 0027.
--
-- A day's requests are counted as they come (game.request_days). Its users
-- are found by reading awards and actions once, in the order of time and a
-- bounded piece at a time, into one row a user and day. Today is read on
-- from where the last run stopped; a day that is over, and some time has
-- passed in which late rows came, is read again from its beginning, and is
-- final then.

create table game.active_days (
    day      date not null,
    bucket   smallint not null,
    user_id  uuid not null,
    pass     bigint not null,       -- the reading that n is of
    n        bigint not null,       -- awards and actions
    primary key (day, bucket, user_id)
) with (fillfactor = 70);

-- Days that are not final.
create table game.kpi_scans (
    day     date primary key,
    pass    bigint not null,        -- this reading: when it began, in us
    final   boolean not null,       -- it began when the day was over
    shown   boolean not null default true,  -- false: read for others' sake
    upto    timestamptz not null    -- what is before this has been read
);

-- The first day that is not final; null when nothing ever happened.
create function game.kpi_first() returns date
language sql stable as $$
    select coalesce(
        (select min(s.day) from game.kpi_scans s),
        (select max(k.day) + 1 from game.kpi_days k where k.final),
        least((select game.day_of(min(u.created_at)) from game.users u),
              (select min(r.day) from game.request_days r)))
$$;

-- Begins to read a day, or to read it again for good when it is over.
create function game.kpi_open(p_day date, p_grace interval)
returns game.kpi_scans
language plpgsql as $$
declare
    v_scan  game.kpi_scans;
    v_over  boolean := clock_timestamp()
                       >= game.day_start(p_day + 1) + p_grace;
begin
    insert into game.kpi_scans as s (day, pass, final, upto)
    values (p_day, game.unix_us(clock_timestamp()), v_over,
            game.day_start(p_day))
    on conflict (day) do update
        set pass = excluded.pass, final = true, upto = excluded.upto
      where v_over and not s.final;
    select * into v_scan from game.kpi_scans s where s.day = p_day;
    return v_scan;
end
$$;

-- Reads on in a day, about p_rows awards and as many actions at most.
-- Answers whether there may be more before p_to.
create function game.kpi_read(
    p_scan game.kpi_scans, p_to timestamptz, p_rows integer)
returns boolean
language plpgsql as $$
declare
    v_to  timestamptz;
begin
    if p_scan.upto >= p_to then
        return false;
    end if;
    -- rows of one instant are not told apart, so all of them are read
    v_to := least(p_to, greatest(
        p_scan.upto + interval '1 microsecond', least(
            (select a.created_at from game.awards a
              where a.created_at >= p_scan.upto and a.created_at < p_to
              order by a.created_at offset p_rows limit 1),
            (select u.created_at from game.user_actions u
              where u.created_at >= p_scan.upto and u.created_at < p_to
              order by u.created_at offset p_rows limit 1),
            p_to)));
    insert into game.active_days as d (day, bucket, user_id, pass, n)
    select p_scan.day, x.bucket, x.user_id, p_scan.pass, count(*)
      from (select a.bucket, a.user_id from game.awards a
             where a.created_at >= p_scan.upto and a.created_at < v_to
            union all
            select u.bucket, u.user_id from game.user_actions u
             where u.created_at >= p_scan.upto and u.created_at < v_to) x
     group by x.bucket, x.user_id
     order by x.bucket, x.user_id
    on conflict (day, bucket, user_id) do update
        set n = excluded.n
                + case when d.pass = excluded.pass then d.n else 0 end,
            pass = excluded.pass;
    update game.kpi_scans s set upto = v_to where s.day = p_scan.day;
    return v_to < p_to;
end
$$;

-- Adds one bucket of users to the sums of a day: {"users", "n", "before",
-- "kept"}, where before are those of the seven days before it.
create function game.kpi_sum(
    p_scan game.kpi_scans, p_bucket smallint, p_sums jsonb)
returns jsonb
language sql stable as $$
    with those as (
        select d.user_id, d.n from game.active_days d
         where d.day = p_scan.day and d.bucket = p_bucket
           and d.pass = p_scan.pass),
    before as (
        select distinct d.user_id from game.active_days d
         where d.day between p_scan.day - 7 and p_scan.day - 1
           and d.bucket = p_bucket)
    select jsonb_build_object(
        'users', coalesce((p_sums ->> 'users')::bigint, 0)
            + (select count(*) from those),
        'n', coalesce((p_sums ->> 'n')::bigint, 0)
            + (select coalesce(sum(x.n), 0)::bigint from those x),
        'before', coalesce((p_sums ->> 'before')::bigint, 0)
            + (select count(*) from before),
        'kept', coalesce((p_sums ->> 'kept')::bigint, 0)
            + (select count(*) from those x join before b using (user_id)))
$$;

-- A part of a whole, with two decimals; of nothing it is 0.
create function game.kpi_rate(p_part numeric, p_whole numeric)
returns numeric
language sql immutable as $$
    select coalesce(round(p_part / nullif(p_whole, 0), 2), 0)
$$;

create function game.kpi_show(p_scan game.kpi_scans, p_sums jsonb)
returns void
language sql volatile as $$
    insert into game.kpi_days as k
           (day, total_requests, success_rate, error_rate, avg_latency_ms,
            active_users, retention_rate, avg_interactions_per_user, final)
    select p_scan.day, r.n, game.kpi_rate(100 * r.ok, r.n),
           game.kpi_rate(100 * r.errors, r.n),
           game.kpi_rate(r.duration_us / 1000.0, r.n), s.users,
           game.kpi_rate(100 * s.kept, s.before),
           game.kpi_rate(s.n, s.users), p_scan.final
      from (select coalesce(sum(d.n), 0) as n, coalesce(sum(d.ok), 0) as ok,
                   coalesce(sum(d.errors), 0) as errors,
                   coalesce(sum(d.duration_us), 0) as duration_us
              from game.request_days d where d.day = p_scan.day) r
     cross join jsonb_to_record(p_sums)
           as s (users bigint, n bigint, before bigint, kept bigint)
    on conflict (day) do update
        set total_requests = excluded.total_requests,
            success_rate = excluded.success_rate,
            error_rate = excluded.error_rate,
            avg_latency_ms = excluded.avg_latency_ms,
            active_users = excluded.active_users,
            retention_rate = excluded.retention_rate,
            avg_interactions_per_user = excluded.avg_interactions_per_user,
            final = excluded.final, updated_at = clock_timestamp()
$$;

-- The job. A run goes from the first day that is not final to today; the
-- cursor has the day, and the next bucket and the sums when it is read.
-- Arguments: seconds after the end of a day until it is final ("grace"),
-- seconds that today's reading stays behind ("lag"), rows to be read at once
-- ("rows"), milliseconds of a piece ("budget").
create function game.job_kpi(
    p_args jsonb, p_cursor jsonb, out next jsonb, out n bigint)
language plpgsql as $$
declare
    v_grace  interval := make_interval(
                 secs => (p_args ->> 'grace')::double precision);
    v_until  timestamptz := clock_timestamp() - make_interval(
                 secs => (p_args ->> 'lag')::double precision);
    v_end    timestamptz := clock_timestamp() + make_interval(
                 secs => (p_args ->> 'budget')::double precision / 1000);
    v_today  date := game.day_of(clock_timestamp());
    v_day    date := coalesce((p_cursor ->> 'day')::date, game.kpi_first(),
                              v_today);
    v_bucket smallint := (p_cursor ->> 'bucket')::smallint;
    v_sums   jsonb := p_cursor -> 'sums';
    v_scan   game.kpi_scans;
begin
    n := 0;
    while v_day <= v_today loop
        if v_bucket is null then
            v_scan := game.kpi_open(v_day, v_grace);
            if not game.kpi_read(v_scan, least(v_until,
                                     game.day_start(v_day + 1)),
                                 (p_args ->> 'rows')::integer) then
                v_bucket := 0;
                v_sums := '{}';
            end if;
        else
            select * into v_scan from game.kpi_scans s where s.day = v_day;
            if not found then
                v_bucket := null;
            elsif v_bucket < 64 then
                v_sums := game.kpi_sum(v_scan, v_bucket, v_sums);
                v_bucket := v_bucket + 1;
            else
                if v_scan.shown then
                    perform game.kpi_show(v_scan, v_sums);
                    n := n + 1;
                end if;
                if v_scan.final then
                    delete from game.kpi_scans s where s.day = v_day;
                end if;
                v_day := v_day + 1;
                v_bucket := null;
            end if;
        end if;
        if clock_timestamp() >= v_end and v_day <= v_today then
            next := jsonb_build_object('day', v_day, 'bucket', v_bucket,
                                       'sums', v_sums);
            return;
        end if;
    end loop;
    -- the users of days that nobody asks for any more
    delete from game.active_days d
     where d.ctid = any (array(
           select o.ctid from game.active_days o
            where o.day < coalesce(game.kpi_first(), v_today) - 8
            order by o.day limit 10000));
    if found then
        next := jsonb_build_object('day', v_today + 1);
    end if;
end
$$;

-- Has the days from p_from on counted again, as after an import of history.
create function game.kpi_again(p_from date) returns void
language sql volatile as $$
    select pg_advisory_xact_lock(hashtextextended('job kpi', 27));
    delete from game.kpi_days k where k.day >= p_from;
    delete from game.kpi_scans s where s.day >= p_from - 7;
    -- retention asks for the users of seven days before
    insert into game.kpi_scans (day, pass, final, shown, upto)
    select d::date, game.unix_us(clock_timestamp()), true,
           d::date >= p_from, game.day_start(d::date)
      from generate_series(
               (p_from - 7)::timestamp,
               least(p_from, game.day_of(clock_timestamp()) - 1)
                   ::timestamp, interval '1 day') d;
    update game.jobs j set due_at = clock_timestamp(), cursor = null
     where j.name = 'kpi'
$$;

-- One sample of an httpd: the minute's, unhealthy when it was so at any look
-- in that minute. Arguments: {"instance", "status", "latency_us"} and, when
-- the database could not be asked for a while, {"down_from", "down_until"}
-- in microseconds: those minutes are added, a week of them at most. Servers
-- that nobody has heard of for a month are no longer among the jobs.
create function game.job_uptime(
    p_args jsonb, p_cursor jsonb, out next jsonb, out n bigint)
language plpgsql as $$
declare
    v_from   timestamptz := date_trunc('minute', to_timestamp(
                 (p_args ->> 'down_from')::bigint / 1000000.0), 'UTC');
    v_until  timestamptz := date_trunc('minute', to_timestamp(
                 (p_args ->> 'down_until')::bigint / 1000000.0), 'UTC');
begin
    insert into game.uptime_samples as u
           (created_at, instance, status, latency_us)
    select x.at, p_args ->> 'instance', max(x.status), max(x.latency_us)
      from (select date_trunc('minute', clock_timestamp(), 'UTC') as at,
                   p_args ->> 'status' as status,
                   (p_args ->> 'latency_us')::bigint as latency_us
            union all
            select d, 'unhealthy', null
              from generate_series(
                       greatest(v_from, v_until - interval '7 days'),
                       v_until, interval '1 minute') d) x
     group by x.at
    on conflict (created_at, instance) do update
        set status = case when 'unhealthy' in (u.status, excluded.status)
                          then 'unhealthy' else 'healthy' end,
            latency_us = greatest(u.latency_us, excluded.latency_us);
    get diagnostics n = row_count;
    delete from game.jobs j
     where j.name like 'uptime@%' and j.due_at < now() - interval '30 days';
end
$$;
