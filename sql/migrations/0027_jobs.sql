-- Work outside a request. A job is a function game.job_<name>(args, cursor)
-- that does one short piece of work, in one transaction, and answers where
-- the next piece begins: whoever is killed in the middle leaves the piece
-- undone, and the next one to come does it.
--
-- What is known of a job is here, for those who run jobs and for those who
-- look after them: due_at may be set to now() to have it run.
create table game.jobs (
    name           text primary key,    -- of one server: "uptime@host:port"
    due_at         timestamptz not null,
    last_started   timestamptz,
    last_finished  timestamptz,
    last_status    text check (last_status in ('running', 'done', 'failed')),
    last_error     text,
    last_rows      bigint not null default 0,   -- of the run
    runs           bigint not null default 0,   -- that ended
    failures       integer not null default 0,  -- since a piece succeeded
    cursor         jsonb                -- of a run under way; else null
);

-- Which of the jobs are due; and of which database, so that a server that
-- serves one under several names asks once.
create function game.jobs_due(p_names text[])
returns table (name text, database text)
language sql stable as $$
    select d.name, s.started || '/' || current_database()
      from (select pg_postmaster_start_time() as started) s
      left join lateral (
           select x.name, j.due_at
             from unnest(p_names) x (name)
             left join game.jobs j on j.name = x.name
            where coalesce(j.due_at <= clock_timestamp(), true)) d on true
     order by d.due_at nulls first, d.name
$$;

-- Does one piece of a job. Jobs of one name exclude each other in the whole
-- cluster, by a lock that the transaction holds: it cannot outlive the
-- statement, whatever becomes of who sent it.
--
-- outcome: 'more' and 'done' after a piece of work; 'wait' when the job is
-- not due (and p_now is false), 'busy' when another one is at it. p_every
-- is in microseconds; runs begin at its multiples.
create function game.job_step(
    p_name text, p_every bigint, p_args jsonb, p_now boolean)
returns table (outcome text, n bigint)
language plpgsql as $$
declare
    v_now   timestamptz := clock_timestamp();
    v_job   game.jobs;
    v_next  jsonb;
    v_rows  bigint;
begin
    if not pg_try_advisory_xact_lock(
               hashtextextended('job ' || p_name, 27)) then
        return query select 'busy', 0::bigint;
        return;
    end if;
    insert into game.jobs (name, due_at) values (p_name, v_now)
    on conflict do nothing;
    select * into v_job from game.jobs j where j.name = p_name;
    if v_job.due_at > v_now and not p_now then
        return query select 'wait', 0::bigint;
        return;
    end if;
    execute format('select x.next, x.n from game.%I($1, $2) x',
                   'job_' || split_part(p_name, '@', 1))
       into v_next, v_rows using p_args, v_job.cursor;
    update game.jobs j
       set cursor = v_next, failures = 0, last_error = null,
           last_rows = v_rows
               + case when v_job.cursor is null then 0 else j.last_rows end,
           last_started = case when v_job.cursor is null then v_now
                               else j.last_started end,
           last_finished = case when v_next is null then clock_timestamp()
                                else j.last_finished end,
           last_status = case when v_next is null then 'done'
                              else 'running' end,
           runs = j.runs + (v_next is null)::integer,
           due_at = case when v_next is not null then j.due_at
               else to_timestamp((floor(extract(epoch from v_now) * 1000000
                                        / p_every) + 1)
                                 * p_every / 1000000) end
     where j.name = p_name;
    return query select case when v_next is null then 'done'
                             else 'more' end, v_rows;
end
$$;

-- Notes that a piece of a job failed, and puts it off for so many
-- microseconds; unless another one is at it.
create function game.job_failed(p_name text, p_error text, p_wait bigint)
returns boolean
language plpgsql as $$
begin
    if not pg_try_advisory_xact_lock(
               hashtextextended('job ' || p_name, 27)) then
        return false;
    end if;
    insert into game.jobs as j (name, due_at, last_status, last_error,
                                failures)
    values (p_name, clock_timestamp() + p_wait * interval '1 microsecond',
            'failed', left(p_error, 500), 1)
    on conflict (name) do update
        set due_at = excluded.due_at, last_status = 'failed',
            last_error = excluded.last_error, failures = j.failures + 1;
    return true;
end
$$;

-- ---------------------------------------------------------- retention

create table game.uptime_samples (
    created_at  timestamptz not null,       -- the minute
    instance    text not null,              -- host:port
    status      text not null check (status in ('healthy', 'unhealthy')),
    latency_us  bigint,                     -- of a statement; null: none was
    primary key (created_at, instance)
);

create table game.kpi_days (
    day                        date primary key,    -- UTC
    total_requests             bigint not null,
    success_rate               numeric(10,2) not null,
    error_rate                 numeric(10,2) not null,
    avg_latency_ms             numeric(10,2) not null,
    active_users               bigint not null,
    retention_rate             numeric(10,2) not null,
    avg_interactions_per_user  numeric(10,2) not null,
    final                      boolean not null default false,
    updated_at                 timestamptz not null default clock_timestamp()
);

create index strategy_runs_created on game.strategy_runs (created_at);
-- counts that are still by the second
create index strategy_counts_seconds on game.strategy_counts (at)
    where at at time zone 'UTC'
          <> date_trunc('hour', at at time zone 'UTC');

-- Adds up counts of runs by the hour that are older than p_before: what is
-- counted in all stays right, only the seconds are gone. At most p_batch
-- rows, oldest first. Answers how many.
create function game.roll_strategy_counts(
    p_before timestamptz, p_batch integer)
returns bigint
language sql volatile as $$
    with old as (
        delete from game.strategy_counts c
         where c.ctid = any (array(
               select o.ctid from game.strategy_counts o
                where o.at < date_trunc('hour', p_before at time zone 'UTC')
                             at time zone 'UTC'
                  and o.at at time zone 'UTC'
                      <> date_trunc('hour', o.at at time zone 'UTC')
                order by o.at limit p_batch))
        returning c.*),
    rolled as (
        insert into game.strategy_counts as c
               (strategy_id, at, status, error_code, case_name, n, points)
        select o.strategy_id,
               date_trunc('hour', o.at at time zone 'UTC')
                   at time zone 'UTC',
               o.status, o.error_code, o.case_name, sum(o.n), sum(o.points)
          from old o
         group by 1, 2, 3, 4, 5
         order by 1, 2, 3, 4, 5
        on conflict (strategy_id, at, status, error_code, case_name)
            do update set n = c.n + excluded.n,
                          points = c.points + excluded.points)
    select count(*) from old
$$;

-- Deletes rows of a table that are older than so many days: at most p_batch
-- of them, oldest first, by an index that time leads. Answers how many. No
-- other tables are known here, least of all those of the ledger.
create function game.retain(p_table text, p_days integer, p_batch integer)
returns bigint
language plpgsql as $$
declare
    v_before  timestamptz := clock_timestamp()
                             - make_interval(hours => 24 * p_days);
    v_day     date := (v_before at time zone 'UTC')::date;
    v_rows    bigint := 0;
begin
    if p_table = 'strategy_counts' then
        return game.roll_strategy_counts(v_before, p_batch);
    elsif p_table in ('kpi_days', 'request_days') then
        execute format(
            'delete from game.%1$I where ctid = any (array('
            || 'select o.ctid from game.%1$I o where o.day < $1'
            || ' order by o.day limit $2))', p_table)
          using v_day, p_batch;
    elsif p_table in ('request_log', 'audit_log', 'strategy_runs',
                      'uptime_samples', 'export_log') then
        if to_regclass('game.' || p_table) is null then
            return 0;
        end if;
        execute format(
            'delete from game.%1$I where ctid = any (array('
            || 'select o.ctid from game.%1$I o where o.created_at < $1'
            || ' order by o.created_at limit $2))', p_table)
          using v_before, p_batch;
    else
        raise 'there is no retention for %', p_table;
    end if;
    get diagnostics v_rows = row_count;
    return v_rows;
end
$$;

-- The job: table by table, a batch each. Arguments: {"batch": n, "tables":
-- [[name, days], ...]}; 0 days keep all. The cursor counts tables.
create function game.job_retention(
    p_args jsonb, p_cursor jsonb, out next jsonb, out n bigint)
language plpgsql as $$
declare
    v_batch  integer := (p_args ->> 'batch')::integer;
    v_at     integer := coalesce((p_cursor ->> 'table')::integer, 0);
    v_count  integer := jsonb_array_length(p_args -> 'tables');
    v_days   integer;
begin
    n := 0;
    while v_at < v_count and n = 0 loop
        v_days := (p_args #>> array['tables', v_at::text, '1'])::integer;
        if v_days > 0 then
            n := game.retain(p_args #>> array['tables', v_at::text, '0'],
                             v_days, v_batch);
        end if;
        if n < v_batch then
            v_at := v_at + 1;
        end if;
    end loop;
    next := case when v_at < v_count
                 then jsonb_build_object('table', v_at) end;
end
$$;
