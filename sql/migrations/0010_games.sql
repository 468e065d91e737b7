-- Games: what a single statement cannot do in one snapshot.

-- The params of a game as they are answered, in order of creation.
create function game.game_params_json(p_game uuid) returns json
language sql stable as $$
    select coalesce(json_agg(json_build_object(
               'key', p.key, 'value', p.value, 'id', p.id)
               order by p.position), '[]')
      from game.game_params p where p.game_id = p_game
$$;

-- Makes a game with its params.
--
-- outcome: 'made', or 'taken' with the game that has the name and nothing
-- written. The name is looked for after the insert gave way, so that the
-- loser of a race sees the winner.
create function game.create_game(
    p_external text, p_platform text, p_strategy text, p_prefix text,
    p_subject text, p_realm text, p_keys text[], p_values text[])
returns table (outcome text, game_id uuid, created_us bigint,
               updated_us bigint, external_game_id text, strategy_id text,
               platform text, params json, key_prefix text, realm_id text,
               subject text)
language plpgsql as $$
#variable_conflict use_column
declare
    v_id uuid;
begin
    loop
        insert into game.games as g
               (external_game_id, platform, strategy_id, key_prefix,
                subject, realm_id)
        values (p_external, p_platform, p_strategy, p_prefix, p_subject,
                p_realm)
        on conflict (external_game_id, coalesce(realm_id, ''))
            where deleted_at is null do nothing
        returning g.id into v_id;
        exit when v_id is not null;
        return query
            select 'taken', g.id, null::bigint, null::bigint,
                   g.external_game_id, null::text, null::text, null::json,
                   g.key_prefix, g.realm_id, g.subject
              from game.games g
             where g.external_game_id = p_external
               and coalesce(g.realm_id, '') = coalesce(p_realm, '')
               and g.deleted_at is null;
        if found then
            return;
        end if;
    end loop;
    insert into game.game_params (game_id, key, value)
    select v_id, x.key, x.value
      from unnest(p_keys, p_values) with ordinality as x (key, value, n)
     order by x.n;
    return query
        select 'made', g.id, game.unix_us(g.created_at),
               game.unix_us(g.updated_at), g.external_game_id,
               g.strategy_id, g.platform, game.game_params_json(g.id),
               g.key_prefix, g.realm_id, g.subject
          from game.games g where g.id = v_id;
end
$$;

-- Makes a game like another one: platform, strategy, params and every task
-- with its params; tasks are open and follow each other as they did. No row
-- when the source is gone, else as game.create_game.
create function game.copy_game(
    p_source uuid, p_external text, p_prefix text, p_subject text,
    p_realm text)
returns table (outcome text, game_id uuid, created_us bigint,
               updated_us bigint, external_game_id text, strategy_id text,
               platform text, params json, key_prefix text, realm_id text,
               subject text)
language plpgsql as $$
#variable_conflict use_column
declare
    v_source game.games%rowtype;
begin
    select * into v_source from game.games g
     where g.id = p_source and g.deleted_at is null for share;
    if not found then
        return;
    end if;
    select c.* into outcome, game_id, created_us, updated_us,
                    external_game_id, strategy_id, platform, params,
                    key_prefix, realm_id, subject
      from (select array_agg(p.key order by p.position) as keys,
                   array_agg(p.value order by p.position) as texts
              from game.game_params p where p.game_id = p_source) s,
           game.create_game(p_external, v_source.platform,
                            v_source.strategy_id, p_prefix, p_subject,
                            p_realm, coalesce(s.keys, '{}'),
                            coalesce(s.texts, '{}')) c;
    if outcome = 'made' then
        perform game.copy_tasks(p_source, game_id, p_prefix, p_subject);
    end if;
    return next;
end
$$;

-- Copies the tasks of one game into another that has none, of one snapshot.
create function game.copy_tasks(
    p_source uuid, p_target uuid, p_prefix text, p_subject text)
returns void language sql volatile as $$
    with source as materialized (
        select t.id, gen_random_uuid() as new_id, t.external_task_id,
               t.strategy_id,
               now() + (row_number() over (order by t.created_at, t.id) - 1)
                     * interval '1 microsecond' as at
          from game.tasks t
         where t.game_id = p_source and t.deleted_at is null),
    made as (
        insert into game.tasks
               (id, game_id, external_task_id, strategy_id, key_prefix,
                subject, created_at, updated_at)
        select s.new_id, p_target, s.external_task_id, s.strategy_id,
               p_prefix, p_subject, s.at, s.at
          from source s)
    insert into game.task_params (task_id, key, value)
    select s.new_id, p.key, p.value
      from source s join game.task_params p on p.task_id = s.id
     order by p.position
$$;

-- Changes a game; a null argument keeps what is there. The params named by
-- id get a new key and value (of two with one id the last counts); all of
-- it or nothing. A name that is taken is a unique violation.
--
-- outcome: 'changed', 'same' (nothing differed, nothing written), or
-- 'param' with the id of a param that is not the game's. No row when the
-- game is gone.
create function game.change_game(
    p_game uuid, p_external text, p_strategy text, p_platform text,
    p_ids uuid[], p_keys text[], p_values text[])
returns table (outcome text, param_id uuid, external_game_id text,
               strategy_id text, platform text)
language plpgsql as $$
#variable_conflict use_column
declare
    v_game   game.games%rowtype;
    v_id     uuid;
    v_params integer;
begin
    select * into v_game from game.games g
     where g.id = p_game and g.deleted_at is null for update;
    if not found then
        return;
    end if;
    select x.id into v_id
      from unnest(p_ids) with ordinality as x (id, n)
     where not exists (select from game.game_params p
                        where p.id = x.id and p.game_id = p_game)
     order by x.n limit 1;
    if found then
        return query select 'param', v_id, null::text, null::text,
                            null::text;
        return;
    end if;
    update game.game_params p set key = x.key, value = x.value
      from (select distinct on (u.id) u.id, u.key, u.value
              from unnest(p_ids, p_keys, p_values)
                   with ordinality as u (id, key, value, n)
             order by u.id, u.n desc) x
     where p.id = x.id and p.game_id = p_game
       and (p.key, p.value) is distinct from (x.key, x.value);
    get diagnostics v_params = row_count;
    return query
        update game.games g
           set external_game_id = coalesce(p_external, g.external_game_id),
               strategy_id = coalesce(p_strategy, g.strategy_id),
               platform = coalesce(p_platform, g.platform),
               version = g.version + 1, updated_at = clock_timestamp()
         where g.id = p_game
           and (v_params > 0
                or p_external <> g.external_game_id
                or p_strategy <> g.strategy_id
                or p_platform <> g.platform)
        returning 'changed', null::uuid, g.external_game_id, g.strategy_id,
                  g.platform;
    if not found then
        return query select 'same', null::uuid, v_game.external_game_id,
                            v_game.strategy_id, v_game.platform;
    end if;
end
$$;

-- Hides a game and its tasks; awards and movements stay. No row when it is
-- gone already. The tasks are looked at after the game is locked, so that
-- none made meanwhile is left over.
create function game.delete_game(p_game uuid)
returns table (game_id uuid, created_us bigint, updated_us bigint,
               external_game_id text, strategy_id text, platform text)
language plpgsql as $$
#variable_conflict use_column
declare
    v_now timestamptz;
begin
    perform from game.games g
      where g.id = p_game and g.deleted_at is null for update;
    if not found then
        return;
    end if;
    v_now := clock_timestamp();
    update game.tasks t
       set deleted_at = v_now, updated_at = v_now, version = t.version + 1
     where t.game_id = p_game and t.deleted_at is null;
    return query
        update game.games g
           set deleted_at = v_now, updated_at = v_now,
               version = g.version + 1
         where g.id = p_game
        returning g.id, game.unix_us(g.created_at),
                  game.unix_us(g.updated_at), g.external_game_id,
                  g.strategy_id, g.platform;
end
$$;
