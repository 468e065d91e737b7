-- Tasks: what a single statement cannot do in one snapshot.

-- Makes tasks of a game with their params, as many as the names allow.
-- p_owners says for each param to which task it belongs, counted from 1.
--
-- A row for every task that was made, n is its place in the arguments; a
-- name that is taken, there or earlier in the list, makes no row. One row
-- with n = 0 when the game is gone. Names are inserted in their order, so
-- that two lists at once wait for each other instead of locking up.
create function game.create_tasks(
    p_game uuid, p_externals text[], p_strategies text[], p_owners bigint[],
    p_keys text[], p_values text[], p_prefix text, p_subject text)
returns table (n bigint, task_id uuid)
language plpgsql as $$
#variable_conflict use_column
begin
    perform from game.games g
      where g.id = p_game and g.deleted_at is null for share;
    if not found then
        return query select 0::bigint, null::uuid;
        return;
    end if;
    return query
        with wanted as materialized (
            select x.external, x.strategy, x.n,
                   now() + (x.n - 1) * interval '1 microsecond' as at
              from unnest(p_externals, p_strategies)
                   with ordinality as x (external, strategy, n)),
        inserted as (
            insert into game.tasks as t
                   (game_id, external_task_id, strategy_id, key_prefix,
                    subject, created_at, updated_at)
            select p_game, w.external, w.strategy, p_prefix, p_subject,
                   w.at, w.at
              from wanted w order by w.external collate "C", w.n
            on conflict (game_id, external_task_id)
                where deleted_at is null do nothing
            returning t.id, t.external_task_id),
        made as (
            select min(w.n) as n, i.id
              from inserted i
              join wanted w on w.external = i.external_task_id
             group by i.id),
        params as (
            insert into game.task_params (task_id, key, value)
            select m.id, x.key, x.value
              from unnest(p_owners, p_keys, p_values)
                   with ordinality as x (owner, key, value, n)
              join made m on m.n = x.owner
             order by x.n)
        select m.n, m.id from made m order by m.n;
end
$$;

-- Changes a task. p_status null keeps it; strategy and params are set when
-- their flag is, a null strategy is the game's. The params given are all
-- that the task has afterwards, in that order; one whose id was the task's
-- keeps id and age, once.
--
-- outcome: 'changed', or 'same' (no params given and nothing differs,
-- nothing written). No row when the task is gone.
create function game.change_task(
    p_game uuid, p_task uuid, p_status text, p_set_strategy boolean,
    p_strategy text, p_set_params boolean, p_ids uuid[], p_keys text[],
    p_values text[])
returns table (outcome text, external_task_id text, strategy_id text,
               status text)
language plpgsql as $$
#variable_conflict use_column
declare
    v_task  game.tasks%rowtype;
    v_old   uuid[];
    v_made  timestamptz[];
begin
    select * into v_task from game.tasks t
     where t.id = p_task and t.game_id = p_game and t.deleted_at is null
       for update;
    if not found then
        return;
    end if;
    if not p_set_params
       and coalesce(p_status, v_task.status) = v_task.status
       and (not p_set_strategy
            or p_strategy is not distinct from v_task.strategy_id) then
        return query select 'same', v_task.external_task_id,
                            v_task.strategy_id, v_task.status;
        return;
    end if;
    if p_set_params then
        select array_agg(p.id), array_agg(p.created_at) into v_old, v_made
          from game.task_params p where p.task_id = p_task;
        delete from game.task_params p where p.task_id = p_task;
        insert into game.task_params (id, task_id, key, value, created_at)
        select coalesce(o.id, gen_random_uuid()), p_task, x.key, x.value,
               coalesce(o.at, now())
          from (select u.*, row_number() over (partition by u.id
                                               order by u.n) as nth
                  from unnest(p_ids, p_keys, p_values)
                       with ordinality as u (id, key, value, n)) x
          left join unnest(v_old, v_made) as o (id, at)
            on o.id = x.id and x.nth = 1
         order by x.n;
    end if;
    return query
        update game.tasks t
           set status = coalesce(p_status, t.status),
               strategy_id = case when p_set_strategy then p_strategy
                                  else t.strategy_id end,
               version = t.version + 1, updated_at = clock_timestamp()
         where t.id = p_task
        returning 'changed', t.external_task_id, t.strategy_id, t.status;
end
$$;
