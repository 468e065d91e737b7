-- The award: one function, one transaction, one round trip.

-- Minutes of an event that count in averages: a positive number up to 1e9,
-- or text that is one; anything else is no minutes at all, so that no event
-- can spoil the sums of those after it.
create function game.event_minutes(p_data jsonb) returns double precision
language sql immutable as $$
    select case when m > 0 and m <= 1e9 then m end
      from (select case
        when jsonb_typeof(p_data -> 'minutes') = 'number'
            then (p_data ->> 'minutes')::numeric
        when jsonb_typeof(p_data -> 'minutes') = 'string'
             and p_data ->> 'minutes'
                 ~ '^[ ]*[+]?[0-9]{1,15}([.][0-9]{1,15})?[ ]*$'
            then (p_data ->> 'minutes')::numeric
        end::double precision m) x
$$;

-- Books one scored event.
--
-- outcome: 'booked', or with nothing written
--   'replay'    the key was used for the same request; its award is answered
--   'mismatch'  the key was used for another request
--   'config'    game or task are not those that the caller scored with
--   'closed'    the task is not open
--   'history'   the user's history moved since it was read: score again
--   'short'     the balance would fall below zero
--
-- Order of locks, the same for everybody: user_games, wallets, task_parts,
-- dimension_parts, game_cell_sums. p_grid, p_row and p_col say in which cell
-- of the game's grid the event lies; null for none.
create function game.award(
    p_bucket smallint, p_user uuid, p_external_user text, p_realm text,
    p_game uuid, p_game_version bigint, p_task uuid, p_task_version bigint,
    p_history bigint, p_points bigint, p_case text, p_data jsonb,
    p_description text, p_key text, p_digest bytea, p_prefix text,
    p_subject text, p_rate integer, p_allow_negative boolean,
    p_grid bigint default null, p_row smallint default null,
    p_col smallint default null)
returns table (outcome text, award_id uuid, created_us bigint,
               user_created boolean, points bigint, case_name text,
               balance bigint)
language plpgsql as $$
#variable_conflict use_column
declare
    v_status  text;
    v_version bigint;
    v_last    timestamptz;
    v_now     timestamptz;
    v_id      uuid;
    v_new     boolean;
    v_balance bigint;
    v_minutes double precision;
    v_rows    integer;
    v_prior_at timestamptz;
    v_slot    integer;
    v_prior   record;
begin
    if p_key is not null then
        select a.id, a.created_at, a.points, a.case_name,
               a.request_digest into v_prior
          from game.awards a
         where a.bucket = p_bucket and a.user_id = p_user
           and a.task_id = p_task and a.idempotency_key = p_key;
        if found then
            return query select
                case when coalesce(v_prior.request_digest = p_digest, true)
                     then 'replay' else 'mismatch' end,
                v_prior.id, game.unix_us(v_prior.created_at), false,
                v_prior.points, v_prior.case_name, null::bigint;
            return;
        end if;
    end if;

    select t.status into v_status
      from game.tasks t join game.games g on g.id = t.game_id
     where t.id = p_task and t.game_id = p_game
       and t.version = p_task_version and g.version = p_game_version
       and t.deleted_at is null and g.deleted_at is null;
    if not found then
        return query select 'config', null::uuid, null::bigint, false,
                            null::bigint, null::text, null::bigint;
        return;
    elsif v_status <> 'open' then
        return query select 'closed', null::uuid, null::bigint, false,
                            null::bigint, null::text, null::bigint;
        return;
    end if;

    select ug.version, ug.last_at into v_version, v_last
      from game.user_games ug
     where ug.bucket = p_bucket and ug.user_id = p_user
       and ug.game_id = p_game
       for update;
    if p_history is not null and coalesce(v_version, 0) <> p_history then
        return query select 'history', null::uuid, null::bigint, false,
                            null::bigint, null::text, null::bigint;
        return;
    end if;
    if v_version is null then
        insert into game.user_games (bucket, user_id, game_id, version, n,
                                     points)
        values (p_bucket, p_user, p_game, 0, 0, 0)
        on conflict do nothing;
        get diagnostics v_rows = row_count;
        if v_rows = 0 then             -- the user's first award elsewhere
            if p_history is not null then
                return query select 'history', null::uuid, null::bigint,
                                    false, null::bigint, null::text,
                                    null::bigint;
                return;
            end if;
            select ug.last_at into v_last from game.user_games ug
             where ug.bucket = p_bucket and ug.user_id = p_user
               and ug.game_id = p_game
               for update;
        end if;
    end if;

    -- from here on this transaction alone awards this user in this game
    if p_points < 0 and not p_allow_negative then
        select w.points_balance into v_balance from game.wallets w
         where w.bucket = p_bucket and w.user_id = p_user for update;
        if coalesce(v_balance, 0) + p_points < 0 then
            delete from game.user_games ug
             where ug.bucket = p_bucket and ug.user_id = p_user
               and ug.game_id = p_game and ug.n = 0 and v_version is null;
            return query select 'short', null::uuid, null::bigint, false,
                                null::bigint, null::text, v_balance;
            return;
        end if;
    end if;
    v_now := greatest(clock_timestamp(), v_last + interval '1 microsecond');
    insert into game.awards as a
           (bucket, user_id, task_id, created_at, game_id, points, case_name,
            description, data, idempotency_key, request_digest, key_prefix,
            subject)
    values (p_bucket, p_user, p_task, v_now, p_game, p_points, p_case,
            p_description, p_data, p_key, p_digest, p_prefix, p_subject)
    on conflict do nothing
    returning a.id into v_id;
    if v_id is null then
        return query select
            case when coalesce(a.request_digest = p_digest, true)
                 then 'replay' else 'mismatch' end,
            a.id, game.unix_us(a.created_at), false, a.points, a.case_name,
            null::bigint
          from game.awards a
         where a.bucket = p_bucket and a.user_id = p_user
           and a.task_id = p_task and a.idempotency_key = p_key;
        return;
    end if;

    v_new := false;
    if v_version is null then           -- who has a history has a user
        insert into game.users (bucket, id, external_user_id, realm_id,
                                key_prefix, subject, created_at, updated_at)
        values (p_bucket, p_user, p_external_user, p_realm, p_prefix,
                p_subject, v_now, v_now)
        on conflict do nothing;
        get diagnostics v_rows = row_count;
        v_new := v_rows = 1;
    end if;

    insert into game.wallets as w
           (bucket, user_id, points_balance, conversion_rate, key_prefix,
            created_at, updated_at)
    values (p_bucket, p_user, p_points, p_rate, p_prefix, v_now, v_now)
    on conflict (bucket, user_id) do update
        set points_balance = w.points_balance + excluded.points_balance,
            key_prefix = coalesce(excluded.key_prefix, w.key_prefix),
            updated_at = excluded.updated_at
    returning w.points_balance into v_balance;

    insert into game.movements
           (bucket, user_id, created_at, kind, points, task_id, award_id,
            key_prefix, subject)
    values (p_bucket, p_user, v_now, 'AssignPoints', p_points, p_task, v_id,
            p_prefix, p_subject);

    v_minutes := game.event_minutes(p_data);
    v_slot := extract(hour from v_now at time zone 'UTC')::integer / 6;
    insert into game.user_tasks as ut
           (bucket, user_id, task_id, game_id, n, points, first_at, last_at)
    values (p_bucket, p_user, p_task, p_game, 1, p_points, v_now, v_now)
    on conflict (bucket, user_id, task_id) do update
        set n = ut.n + 1, points = ut.points + excluded.points,
            prev_at = ut.last_at, last_at = excluded.last_at
    returning ut.prev_at into v_prior_at;
    update game.user_games ug
       set version = ug.version + 1, n = ug.n + 1,
           points = ug.points + p_points,
           first_at = coalesce(ug.first_at, v_now), last_at = v_now,
           minutes_n = ug.minutes_n + (v_minutes is not null)::integer,
           minutes_sum = ug.minutes_sum + coalesce(v_minutes, 0)
     where ug.bucket = p_bucket and ug.user_id = p_user
       and ug.game_id = p_game;
    insert into game.task_parts as tp
           (task_id, bucket, game_id, n, points, first_at, last_at,
            minutes_n, minutes_sum, slot_0, slot_1, slot_2, slot_3)
    values (p_task, p_bucket, p_game, 1, p_points, v_now, v_now,
            (v_minutes is not null)::integer, coalesce(v_minutes, 0),
            (v_slot = 0)::integer, (v_slot = 1)::integer,
            (v_slot = 2)::integer, (v_slot = 3)::integer)
    on conflict (task_id, bucket) do update
        set n = tp.n + 1, points = tp.points + excluded.points,
            first_at = least(tp.first_at, excluded.first_at),
            last_at = greatest(tp.last_at, excluded.last_at),
            minutes_n = tp.minutes_n + excluded.minutes_n,
            minutes_sum = tp.minutes_sum + excluded.minutes_sum,
            slot_0 = tp.slot_0 + excluded.slot_0,
            slot_1 = tp.slot_1 + excluded.slot_1,
            slot_2 = tp.slot_2 + excluded.slot_2,
            slot_3 = tp.slot_3 + excluded.slot_3;
    perform game.count_record(p_bucket, p_user, p_task, v_prior_at, v_now,
                              p_data);
    if p_grid is not null then
        perform game.count_cell(p_game, p_grid, p_row, p_col, p_bucket);
    end if;

    return query select 'booked', v_id, game.unix_us(v_now), v_new, p_points,
                        p_case, v_balance;
end
$$;

-- What a strategy reads before it scores: only the inputs of the mask
-- (GAME_INPUT_*) are looked up, each from kept aggregates or an index range
-- of its window. Also an award that the key has already (then nothing else)
-- and the version of the history. Statements see what is committed when they
-- run; game.award refuses when the history moved since the first of them.
create function game.award_facts(
    p_bucket smallint, p_user uuid, p_task uuid, p_game uuid,
    p_mask integer, p_recent double precision, p_record double precision,
    p_key text, p_digest bytea,
    out outcome text, out award_id uuid, out created_us bigint,
    out points bigint, out case_name text, out history bigint,
    out user_exists boolean, out now_us bigint, out task_n bigint,
    out task_first bigint, out task_last bigint, out user_n bigint,
    out user_first bigint, out user_last bigint, out user_prev bigint,
    out recent bigint, out record boolean, out personal_n bigint,
    out game_minutes_n bigint, out game_minutes double precision,
    out user_minutes_n bigint, out user_minutes double precision)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    v_now timestamptz := clock_timestamp();
begin
    now_us := game.unix_us(v_now);
    if p_key is not null then
        select case when coalesce(a.request_digest = p_digest, true)
                    then 'replay' else 'mismatch' end,
               a.id, game.unix_us(a.created_at), a.points, a.case_name
          into outcome, award_id, created_us, points, case_name
          from game.awards a
         where a.bucket = p_bucket and a.user_id = p_user
           and a.task_id = p_task and a.idempotency_key = p_key;
        if found then
            return;
        end if;
    end if;
    select ug.version, ug.n, ug.minutes_n, ug.minutes_sum
      into history, personal_n, user_minutes_n, user_minutes
      from game.user_games ug
     where ug.bucket = p_bucket and ug.user_id = p_user
       and ug.game_id = p_game;
    user_exists := found;
    if not found then
        history := 0;
        user_exists := exists (select from game.users u
                                where u.bucket = p_bucket and u.id = p_user);
    end if;
    if p_mask & 17 <> 0 then            -- the task of everybody
        select sum(tp.n), game.unix_us(min(tp.first_at)),
               game.unix_us(max(tp.last_at))
          into task_n, task_first, task_last
          from game.task_parts tp where tp.task_id = p_task;
    end if;
    if p_mask & 106 <> 0 then           -- the user on the task
        select ut.n, game.unix_us(ut.first_at), game.unix_us(ut.last_at),
               game.unix_us(ut.prev_at)
          into user_n, user_first, user_last, user_prev
          from game.user_tasks ut
         where ut.bucket = p_bucket and ut.user_id = p_user
           and ut.task_id = p_task;
    end if;
    if p_mask & 4 <> 0 then
        select count(*) into recent
          from game.awards a
         where a.bucket = p_bucket and a.user_id = p_user
           and a.task_id = p_task
           and a.created_at > v_now - make_interval(secs => p_recent);
    end if;
    if p_mask & 256 <> 0 then
        record := exists (
            select from game.awards a
             where a.bucket = p_bucket and a.user_id = p_user
               and a.task_id = p_task
               and a.created_at > v_now - make_interval(secs => p_record));
    end if;
    if p_mask & 512 <> 0 then
        select sum(tp.minutes_n), sum(tp.minutes_sum)
          into game_minutes_n, game_minutes
          from game.task_parts tp where tp.game_id = p_game;
    end if;
end
$$;
