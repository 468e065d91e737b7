-- Dashboards and exports: figures by day, kept beside the ledger, and the
-- record of exports.

-- Order of time over all users, for exports (a page follows the last row of
-- the one before) and for days that are still counted live. Rows come in
-- about this order, so an index grows at its right end alone. What an award
-- costs its backend, median of six turns of 15000: 279 us of processor time
-- without them, 282 with BRIN, 268 with these, 287 with these and a trigger
-- as below: no difference that stands out. Of the log it takes 2520 bytes
-- without, 2480 with BRIN, 2610 with these. And BRIN gives no order: every
-- page of an export would sort what its ranges hold, and rows that an import
-- brings late widen them.
create index awards_created on game.awards (created_at, id);
create index movements_created on game.movements (created_at, id);
create index user_actions_created on game.user_actions (created_at, id);
-- and of games: every count of a span that is not counted yet looks for them
create index games_created on game.games (created_at);

create function game.day_start(p_day date) returns timestamptz
language sql immutable as $$
    select p_day::timestamp at time zone 'UTC'
$$;

create function game.day_of(p_at timestamptz) returns date
language sql immutable as $$
    select (p_at at time zone 'UTC')::date
$$;

-- ------------------------------------------------- figures as they stand

-- What happened from a time to before another, by day and owner. Points and
-- actions belong to who owns their game, users and other actions to who
-- made them. '' is nobody: no key, subject or realm has that name.
create function game.figures_live(p_from timestamptz, p_to timestamptz)
returns table (day date, key_prefix text, subject text, realm_id text,
               users bigint, games bigint, awards bigint, points numeric,
               actions bigint)
language sql stable as $$
    select game.day_of(u.created_at), coalesce(u.key_prefix, ''),
           coalesce(u.subject, ''), coalesce(u.realm_id, ''),
           count(*), 0::bigint, 0::bigint, 0::numeric, 0::bigint
      from game.users u
     where u.created_at >= p_from and u.created_at < p_to
     group by 1, 2, 3, 4
    union all
    select game.day_of(g.created_at), coalesce(g.key_prefix, ''),
           coalesce(g.subject, ''), coalesce(g.realm_id, ''),
           0, count(*), 0, 0, 0
      from game.games g
     where g.created_at >= p_from and g.created_at < p_to
     group by 1, 2, 3, 4
    union all
    select a.day, coalesce(g.key_prefix, ''), coalesce(g.subject, ''),
           coalesce(g.realm_id, ''), 0, 0, a.n, a.points, 0
      from (select game.day_of(v.created_at) as day, v.game_id,
                   count(*) as n, sum(v.points) as points
              from game.awards v
             where v.created_at >= p_from and v.created_at < p_to
             group by 1, 2) a
      left join game.games g on g.id = a.game_id
    union all
    select game.day_of(x.created_at),
           coalesce(case when x.game_id is null then x.key_prefix
                         else g.key_prefix end, ''),
           coalesce(case when x.game_id is null then x.subject
                         else g.subject end, ''),
           coalesce(case when x.game_id is null then u.realm_id
                         else g.realm_id end, ''),
           0, 0, 0, 0, count(*)
      from game.user_actions x
      left join game.games g on g.id = x.game_id
      left join game.users u on x.game_id is null
            and u.bucket = x.bucket and u.id = x.user_id
     where x.created_at >= p_from and x.created_at < p_to
     group by 1, 2, 3, 4
$$;

-- The same of the audit log.
create function game.log_figures_live(p_from timestamptz, p_to timestamptz)
returns table (day date, key_prefix text, subject text, realm_id text,
               info bigint, success bigint, error bigint)
language sql stable as $$
    select game.day_of(l.created_at), coalesce(l.key_prefix, ''),
           coalesce(l.subject, ''), coalesce(l.realm_id, ''),
           count(*) filter (where l.level = 'INFO'),
           count(*) filter (where l.level = 'SUCCESS'),
           count(*) filter (where l.level = 'ERROR')
      from game.audit_log l
     where l.created_at >= p_from and l.created_at < p_to
     group by 1, 2, 3, 4
$$;

-- ------------------------------------------------------ figures of a day

-- Days that were counted, and how far: what came before upto is in the
-- figures below, the rest of the day is read live. kind: 'figures' or 'log'.
create table game.figure_days (
    kind   text not null check (kind in ('figures', 'log')),
    day    date not null,
    upto   timestamptz not null,
    done   boolean not null default false,
    primary key (kind, day)
);

-- Of an owner; whole: the sum of all of them, what an administrator sees.
create table game.figures (
    day         date not null,
    whole       boolean not null,
    key_prefix  text not null,
    subject     text not null,
    realm_id    text not null,
    users       bigint not null,
    games       bigint not null,
    awards      bigint not null,
    points      numeric not null,
    actions     bigint not null,
    primary key (day, whole, key_prefix, subject, realm_id)
);
create index figures_key on game.figures (key_prefix, day)
    where key_prefix <> '';
create index figures_subject on game.figures (subject, day)
    where subject <> '';
create index figures_realm on game.figures (realm_id, day)
    where realm_id <> '';

create table game.log_figures (
    day         date not null,
    whole       boolean not null,
    key_prefix  text not null,
    subject     text not null,
    realm_id    text not null,
    info        bigint not null,
    success     bigint not null,
    error       bigint not null,
    primary key (day, whole, key_prefix, subject, realm_id)
);
create index log_figures_key on game.log_figures (key_prefix, day)
    where key_prefix <> '';
create index log_figures_subject on game.log_figures (subject, day)
    where subject <> '';
create index log_figures_realm on game.log_figures (realm_id, day)
    where realm_id <> '';

-- What is older than two minutes is counted, of the current day as well. Who
-- writes a row that is older than a minute when its transaction begins takes
-- the lock of its day with others who do, and who counts the day takes it
-- alone, or tries again another time. All other rows are of transactions
-- that figures_horizon() waits for. The lock of no day is of all of them,
-- the other way round.
create function game.figures_lock(p_day date) returns bigint
language sql immutable as $$
    select 4711 * 4294967296 + coalesce(p_day - date '1970-01-01', -1)
$$;

-- For triggers: takes the lock of a day, to write in it, or that of all.
-- Whoever had it may have counted meanwhile: that must be seen.
create function game.figures_enter(p_day date) returns void
language plpgsql as $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise 'rows of days that are counted are written READ COMMITTED'
            using errcode = 'feature_not_supported';
    end if;
    if p_day is null then
        perform pg_advisory_xact_lock(game.figures_lock(null));
    else
        perform pg_advisory_xact_lock_shared(game.figures_lock(p_day));
    end if;
end
$$;

-- A row that came late, as an import brings it, or one that was changed or
-- went: its day is counted again, if it had been counted so far.
create function game.figures_late() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        perform game.figures_enter(game.day_of(old.created_at));
        delete from game.figure_days d
         where d.kind = 'figures' and d.day = game.day_of(old.created_at)
           and d.upto > old.created_at;
    end if;
    if tg_op <> 'DELETE' then
        perform game.figures_enter(game.day_of(new.created_at));
        delete from game.figure_days d
         where d.kind = 'figures' and d.day = game.day_of(new.created_at)
           and d.upto > new.created_at;
    end if;
    return null;
end
$$;

create trigger awards_late after insert on game.awards for each row
    when (new.created_at < now() - interval '1 minute')
    execute function game.figures_late();
create trigger awards_changed after update on game.awards for each row
    when ((old.created_at, old.game_id, old.points)
          is distinct from (new.created_at, new.game_id, new.points))
    execute function game.figures_late();
create trigger awards_gone after delete on game.awards for each row
    execute function game.figures_late();
create trigger user_actions_late after insert on game.user_actions
    for each row when (new.created_at < now() - interval '1 minute')
    execute function game.figures_late();
create trigger user_actions_changed after update on game.user_actions
    for each row
    when ((old.created_at, old.game_id, old.key_prefix, old.subject)
          is distinct from
          (new.created_at, new.game_id, new.key_prefix, new.subject))
    execute function game.figures_late();
create trigger user_actions_gone after delete on game.user_actions
    for each row execute function game.figures_late();
create trigger users_late after insert on game.users for each row
    when (new.created_at < now() - interval '1 minute')
    execute function game.figures_late();
create trigger users_changed after update on game.users for each row
    when ((old.created_at, old.realm_id, old.key_prefix, old.subject)
          is distinct from
          (new.created_at, new.realm_id, new.key_prefix, new.subject))
    execute function game.figures_late();
create trigger games_late after insert on game.games for each row
    when (new.created_at < now() - interval '1 minute')
    execute function game.figures_late();

-- A game that changes its owner, or goes, takes its points of all days along,
-- a user its actions outside of games.
create function game.figures_anew() returns trigger language plpgsql as $$
begin
    perform game.figures_enter(null);
    delete from game.figure_days d where d.kind = 'figures';
    return null;
end
$$;
create trigger games_changed after update on game.games for each row
    when ((old.created_at, old.key_prefix, old.subject, old.realm_id)
          is distinct from
          (new.created_at, new.key_prefix, new.subject, new.realm_id))
    execute function game.figures_anew();
create trigger games_gone after delete on game.games for each row
    execute function game.figures_anew();
create trigger users_gone after delete on game.users for each row
    execute function game.figures_anew();
create trigger users_moved after update on game.users for each row
    when (old.realm_id is distinct from new.realm_id)
    execute function game.figures_anew();

-- Rows of the audit log wait in queues and can come late as well. Retention
-- takes old ones away, so their day cannot be counted again: it gets them
-- added.
create function game.log_figures_late() returns trigger language plpgsql as $$
declare
    v_day date := game.day_of(new.created_at);
begin
    perform game.figures_enter(v_day);
    if exists (select from game.figure_days d
                where d.kind = 'log' and d.day = v_day
                  and d.upto > new.created_at) then
        insert into game.log_figures as f
        select v_day, w.whole, case when w.whole then '' else
                   coalesce(new.key_prefix, '') end,
               case when w.whole then '' else coalesce(new.subject, '') end,
               case when w.whole then '' else coalesce(new.realm_id, '') end,
               (new.level = 'INFO')::integer,
               (new.level = 'SUCCESS')::integer,
               (new.level = 'ERROR')::integer
          from (values (false), (true)) w (whole)
            on conflict (day, whole, key_prefix, subject, realm_id) do update
           set info = f.info + excluded.info,
               success = f.success + excluded.success,
               error = f.error + excluded.error;
    end if;
    return null;
end
$$;
create trigger audit_log_late after insert on game.audit_log for each row
    when (new.created_at < now() - interval '1 minute')
    execute function game.log_figures_late();

-- ---------------------------------------------------------- the roll-up

-- Up to where rows may be counted. Whatever is not seen yet and comes
-- without taking the lock of its day is younger: it is of a transaction that
-- runs, and at most a minute older than that one, or of one that begins after
-- this one did; the other minute is for clocks. Null: not now, somebody is at
-- work whose time is not shown to us.
create function game.figures_horizon() returns timestamptz
language sql volatile as $$
    select case when not coalesce(bool_or(s.xact_start is null), false)
           then least(now() - interval '2 minutes',
                      min(s.xact_start) - interval '1 minute') end
      from pg_stat_activity s
     where s.datname = current_database() and s.pid <> pg_backend_pid()
       and (s.backend_type = 'client backend' and s.xact_start is not null
            or s.state is null and s.usesysid is not null
               and exists (select from pg_locks k
                            where k.pid = s.pid
                              and k.locktype = 'virtualxid'))
$$;

-- The first day of a kind that is not done; null for none.
create function game.figures_next(p_kind text, p_horizon timestamptz)
returns date language plpgsql stable as $$
declare
    v_first timestamptz;
begin
    if p_kind = 'log' then
        select min(l.created_at) into v_first from game.audit_log l;
    else
        v_first := least((select min(u.created_at) from game.users u),
                         (select min(g.created_at) from game.games g),
                         (select min(a.created_at) from game.awards a),
                         (select min(x.created_at) from game.user_actions x));
    end if;
    return (select s.day::date
              from generate_series(game.day_of(v_first)::timestamp,
                                   game.day_of(p_horizon)::timestamp,
                                   '1 day') s (day)
             where not exists (select from game.figure_days d
                                where d.kind = p_kind and d.day = s.day::date
                                  and d.done)
             order by s.day limit 1);
end
$$;

-- How far is counted at once: up to a time, or less when there are many
-- rows, at most 20000 of a table. Rows of one microsecond stay together.
create function game.figures_span(p_kind text, p_from timestamptz,
                                  p_until timestamptz)
returns timestamptz language plpgsql stable as $$
declare
    v_last timestamptz;
begin
    if p_kind = 'log' then
        v_last := (select l.created_at from game.audit_log l
                    where l.created_at >= p_from and l.created_at < p_until
                    order by l.created_at offset 19999 limit 1);
    else
        v_last := least(
            (select a.created_at from game.awards a
              where a.created_at >= p_from and a.created_at < p_until
              order by a.created_at offset 19999 limit 1),
            (select x.created_at from game.user_actions x
              where x.created_at >= p_from and x.created_at < p_until
              order by x.created_at offset 19999 limit 1),
            (select u.created_at from game.users u
              where u.created_at >= p_from and u.created_at < p_until
              order by u.created_at offset 19999 limit 1));
    end if;
    return least(p_until, v_last + interval '1 microsecond');
end
$$;

-- Counts a part of a day. Null: not now, somebody may write in it; false:
-- there is nothing to count, or less than a minute of a day that goes on.
create function game.figures_part(p_kind text, p_day date,
                                  p_horizon timestamptz)
returns boolean language plpgsql as $$
declare
    v_from  timestamptz;
    v_to    timestamptz;
    v_end   timestamptz := game.day_start(p_day + 1);
    v_until timestamptz := least(v_end, p_horizon);
begin
    if not pg_try_advisory_xact_lock(game.figures_lock(p_day))
       or not pg_try_advisory_xact_lock_shared(game.figures_lock(null)) then
        return null;
    end if;
    select d.upto into v_from from game.figure_days d
     where d.kind = p_kind and d.day = p_day;
    v_from := coalesce(v_from, game.day_start(p_day));
    if v_from >= v_until then
        return false;
    end if;
    v_to := game.figures_span(p_kind, v_from, v_until);
    if v_to = v_until and v_to < v_end
       and v_to < v_from + interval '1 minute' then
        return false;
    end if;
    if p_kind = 'figures' then
        perform game.figures_add(p_day, v_from, v_to);
    else
        perform game.log_figures_add(p_day, v_from, v_to);
    end if;
    insert into game.figure_days as d (kind, day, upto, done)
    values (p_kind, p_day, v_to, v_to = v_end)
        on conflict (kind, day) do update
       set upto = excluded.upto, done = excluded.done;
    return true;
end
$$;

-- One step: parts of the first days that are not done, of both kinds, begun
-- within a tenth of a second. How many there were; 0: nothing is left to do. What it
-- did and how far it came is committed together, so it may be stopped at any
-- time, and run twice.
create function game.figures_step() returns bigint language plpgsql as $$
declare
    v_kind    text;
    v_day     date;
    v_part    boolean;
    v_parts   bigint := 0;
    v_horizon timestamptz := game.figures_horizon();
    v_end     timestamptz;
begin
    foreach v_kind in array array['figures', 'log'] loop
        v_day := game.figures_next(v_kind, v_horizon);
        v_end := clock_timestamp() + interval '50 milliseconds';
        while game.day_start(v_day) < v_horizon loop
            v_part := game.figures_part(v_kind, v_day, v_horizon);
            exit when v_part is null;
            v_parts := v_parts + v_part::integer;
            exit when clock_timestamp() > v_end;
            if not v_part or exists (
                   select from game.figure_days d
                    where d.kind = v_kind and d.day = v_day and d.done) then
                v_day := v_day + 1;
            end if;
        end loop;
    end loop;
    return v_parts;
end
$$;

-- The job: step by step until there is nothing to do.
create function game.job_figures(
    p_args jsonb, p_cursor jsonb, out next jsonb, out n bigint)
language plpgsql as $$
begin
    n := game.figures_step();
    next := case when n > 0 then '{}'::jsonb end;
end
$$;

-- A day that begins anew forgets what was counted of it.
create function game.figures_add(p_day date, p_from timestamptz,
                                 p_to timestamptz)
returns void language plpgsql as $$
begin
    if p_from = game.day_start(p_day) then
        delete from game.figures f where f.day = p_day;
    end if;
    insert into game.figures as f
    select p_day, grouping(l.key_prefix) = 1, coalesce(l.key_prefix, ''),
           coalesce(l.subject, ''), coalesce(l.realm_id, ''), sum(l.users),
           sum(l.games), sum(l.awards), sum(l.points), sum(l.actions)
      from game.figures_live(p_from, p_to) l
     group by grouping sets ((l.key_prefix, l.subject, l.realm_id), ())
    having count(*) > 0
        on conflict (day, whole, key_prefix, subject, realm_id) do update
       set users = f.users + excluded.users,
           games = f.games + excluded.games,
           awards = f.awards + excluded.awards,
           points = f.points + excluded.points,
           actions = f.actions + excluded.actions;
end
$$;

create function game.log_figures_add(p_day date, p_from timestamptz,
                                     p_to timestamptz)
returns void language plpgsql as $$
begin
    if p_from = game.day_start(p_day) then
        delete from game.log_figures f where f.day = p_day;
    end if;
    insert into game.log_figures as f
    select p_day, grouping(l.key_prefix) = 1, coalesce(l.key_prefix, ''),
           coalesce(l.subject, ''), coalesce(l.realm_id, ''), sum(l.info),
           sum(l.success), sum(l.error)
      from game.log_figures_live(p_from, p_to) l
     group by grouping sets ((l.key_prefix, l.subject, l.realm_id), ())
    having count(*) > 0
        on conflict (day, whole, key_prefix, subject, realm_id) do update
       set info = f.info + excluded.info,
           success = f.success + excluded.success,
           error = f.error + excluded.error;
end
$$;

-- ------------------------------------------------------------ dashboards

-- Spans between two times that are not counted. What is counted of a day
-- serves who asks for all of that; a window that ends within it is read live.
create function game.figures_gaps(p_kind text, p_from timestamptz,
                                  p_to timestamptz)
returns table (since timestamptz, until timestamptz)
language sql stable as $$
    with kept as (
        select game.day_start(d.day) as since,
               d.upto as until
          from game.figure_days d
         where d.kind = p_kind and game.day_start(d.day) >= p_from
           and d.upto <= p_to)
    select g.since, g.until
      from (select p_from as since,
                   coalesce((select min(k.since) from kept k), p_to) as until
            union all
            select k.until, coalesce(lead(k.since) over (order by k.since),
                                     p_to)
              from kept k) g
     where g.since < g.until
$$;

-- The first day of a date's bucket. Weeks are those of a month: from its
-- 1st, 8th, 15th, 22nd and 29th.
create function game.bucket_of(p_by text, p_day date) returns date
language sql immutable as $$
    select case p_by
           when 'day' then p_day
           when 'month' then date_trunc('month', p_day::timestamp)::date
           else date_trunc('month', p_day::timestamp)::date
                + 7 * ((extract(day from p_day)::integer - 1) / 7) end
$$;

-- Figures by bucket, in the order of time, from one time to before another:
-- what is counted, the rest live. Of everybody (p_all) or of who has
-- that key, realm or subject.
create function game.dashboard(
    p_by text, p_from timestamptz, p_to timestamptz, p_all boolean,
    p_prefix text, p_realm text, p_subject text)
returns table (bucket date, users bigint, games bigint, awards bigint,
               points numeric, actions bigint)
language sql stable as $$
    with kept as not materialized (
        select f.* from game.figure_days d
          join game.figures f on f.day = d.day
         where d.kind = 'figures' and game.day_start(d.day) >= p_from
           and d.upto <= p_to),
    seen as (
        select k.day, k.users, k.games, k.awards, k.points, k.actions
          from kept k where p_all and k.whole
        union all
        select k.day, k.users, k.games, k.awards, k.points, k.actions
          from kept k
         where not p_all and not k.whole
           and (k.key_prefix = p_prefix or k.realm_id = p_realm
                or k.subject = p_subject)
        union all
        select l.day, l.users, l.games, l.awards, l.points, l.actions
          from game.figures_gaps('figures', p_from, p_to) g
         cross join lateral game.figures_live(g.since, g.until) l
         where p_all or l.key_prefix = p_prefix or l.realm_id = p_realm
            or l.subject = p_subject)
    select game.bucket_of(p_by, s.day), sum(s.users)::bigint,
           sum(s.games)::bigint, sum(s.awards)::bigint, sum(s.points),
           sum(s.actions)::bigint
      from seen s group by 1 order by 1
$$;

create function game.dashboard_logs(
    p_by text, p_from timestamptz, p_to timestamptz, p_all boolean,
    p_prefix text, p_realm text, p_subject text)
returns table (bucket date, info bigint, success bigint, error bigint)
language sql stable as $$
    with kept as not materialized (
        select f.* from game.figure_days d
          join game.log_figures f on f.day = d.day
         where d.kind = 'log' and game.day_start(d.day) >= p_from
           and d.upto <= p_to),
    seen as (
        select k.day, k.info, k.success, k.error
          from kept k where p_all and k.whole
        union all
        select k.day, k.info, k.success, k.error
          from kept k
         where not p_all and not k.whole
           and (k.key_prefix = p_prefix or k.realm_id = p_realm
                or k.subject = p_subject)
        union all
        select l.day, l.info, l.success, l.error
          from game.figures_gaps('log', p_from, p_to) g
         cross join lateral game.log_figures_live(g.since, g.until) l
         where p_all or l.key_prefix = p_prefix or l.realm_id = p_realm
            or l.subject = p_subject)
    select game.bucket_of(p_by, s.day), sum(s.info)::bigint,
           sum(s.success)::bigint, sum(s.error)::bigint
      from seen s group by 1 order by 1
$$;

-- --------------------------------------------------------------- exports

-- One row an export. seen_at moves while rows go out: one that has not
-- moved for a quarter of an hour belonged to a process that is gone.
create table game.export_log (
    id            uuid primary key default gen_random_uuid(),
    created_at    timestamptz not null default now(),
    seen_at       timestamptz not null default now(),
    dataset       text not null,
    format        text not null,
    filters       jsonb,
    row_limit     bigint not null,
    row_count     bigint not null default -1,
    status        text not null default 'started'
                  check (status in ('started', 'completed', 'failed')),
    requested_by  text,
    key_prefix    text,
    subject       text,
    request_id    text
);
create index export_log_created on game.export_log (created_at, id);
create index export_log_subject on game.export_log (subject, created_at, id);
create index export_log_key on game.export_log (key_prefix, created_at, id);
create index export_log_open on game.export_log (seen_at)
    where status = 'started';

create function game.export_is_lost(p_status text, p_seen timestamptz)
returns boolean language sql stable as $$
    select p_status = 'started' and p_seen < now() - interval '15 minutes'
$$;

-- The job that marks them.
create function game.job_exports(
    p_args jsonb, p_cursor jsonb, out next jsonb, out n bigint)
language plpgsql as $$
begin
    update game.export_log e set status = 'failed'
     where e.status = 'started'
       and e.seen_at < now() - interval '15 minutes';
    get diagnostics n = row_count;
end
$$;
