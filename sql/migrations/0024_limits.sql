-- Abuse limits that several hosts share (GameLimitStore database).

-- How often somebody came within a window. Not logged for recovery: a count
-- is worth nothing once its window is over, and the award that it belongs to
-- does not wait for the disk because of it. After a crash of Postgres the
-- windows begin anew. Half of each page is left free, so that a count is
-- changed within its page and no index is touched.
create unlogged table game.limit_counters (
    scope         text not null,    -- api_key, ip, external_user
    value         text not null,
    window_name   text not null,
    window_start  timestamptz not null,
    window_end    timestamptz not null,
    counter       integer not null,
    primary key (scope, value, window_name, window_start)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05,
        autovacuum_vacuum_threshold = 1000);
create index limit_counters_end on game.limit_counters (window_end);

-- Counts a request: each counter that is below its limit, up to the first
-- that is not; when one refuses, those marked to be given back are not
-- counted. A row a counter that was looked at: its position, what is counted
-- now, whether it passed.
--
-- The counters come in one order of scopes and a request has one of each, so
-- two requests never wait for each other in a circle. A counter that is held
-- for a second makes the store one that cannot be asked.
create function game.count_limits(
    p_scopes text[], p_values text[], p_windows text[], p_starts bigint[],
    p_ends bigint[], p_limits integer[], p_give_back boolean[])
returns table (counter_position integer, counted integer, passed boolean)
language plpgsql set lock_timeout = '1s' as $$
declare
    i integer;
    j integer;
begin
    for i in 1 .. cardinality(p_scopes) loop
        counter_position := i;
        insert into game.limit_counters as l
            (scope, value, window_name, window_start, window_end, counter)
        values (p_scopes[i], p_values[i], p_windows[i],
                to_timestamp(p_starts[i]), to_timestamp(p_ends[i]), 1)
        on conflict (scope, value, window_name, window_start)
        do update set counter = l.counter + 1 where l.counter < p_limits[i]
        returning l.counter into counted;
        passed := found;
        if not passed then
            counted := p_limits[i];
            for j in 1 .. i - 1 loop
                if p_give_back[j] then
                    update game.limit_counters l set counter = l.counter - 1
                     where l.scope = p_scopes[j] and l.value = p_values[j]
                       and l.window_name = p_windows[j]
                       and l.window_start = to_timestamp(p_starts[j]);
                end if;
            end loop;
            return next;
            return;
        end if;
        return next;
    end loop;
end $$;

-- Deletes a batch of counters whose window is over, and answers how many it
-- were. One hour of grace: clocks of hosts differ. By their places: a join
-- would read the whole table for a large batch.
create function game.purge_limits(p_batch integer) returns integer
language plpgsql as $$
declare
    gone integer;
begin
    delete from game.limit_counters l
     where l.ctid = any (array(
           select o.ctid from game.limit_counters o
            where o.window_end < now() - interval '1 hour'
            order by o.window_end
            limit p_batch for update skip locked));
    get diagnostics gone = row_count;
    return gone;
end $$;

-- The job that calls it: a batch each time, and one a second, which is more
-- than a database gets new counters.
create function game.job_limits(
    p_args jsonb, p_cursor jsonb, out next jsonb, out n bigint)
language plpgsql as $$
begin
    n := game.purge_limits(10000);
    next := case when n = 10000 then '{}'::jsonb end;
end $$;
