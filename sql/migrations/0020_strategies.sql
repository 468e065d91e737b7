-- Custom strategies: definitions, their life cycle, and what their runs
-- were.
--
-- A family is (realm, name); its versions count from 1. At most one of them
-- is PUBLISHED, and games and tasks follow the published one. Every change
-- takes the lock of its realm first: changes are rare, and none of them has
-- to think of another one beside it.

create table game.strategies (
    id                  uuid primary key default gen_random_uuid(),
    realm_id            text not null,
    name                text not null
                        check (char_length(name) between 1 and 200),
    description         text,
    type                text not null
                        check (type in ('BUILT_IN', 'DSL_EXTEND',
                                        'DSL_FULL')),
    parent_strategy_id  text,
    ast                 jsonb check (jsonb_typeof(ast) = 'object'),
    blockly_xml         text,
    version             integer not null check (version > 0),
    status              text not null default 'DRAFT'
                        check (status in ('DRAFT', 'PUBLISHED', 'ARCHIVED')),
    created_by          text,
    published_at        timestamptz,
    experiment_tag      text,
    created_at          timestamptz not null default clock_timestamp(),
    updated_at          timestamptz not null default clock_timestamp(),
    key_prefix          text,
    subject             text,
    unique (realm_id, name, version),
    check (status <> 'PUBLISHED' or published_at is not null)
);
create unique index strategies_published on game.strategies (realm_id, name)
    where status = 'PUBLISHED';

-- A row of the execution log: every run that failed, a sample of the others.
create table game.strategy_runs (
    id                  uuid primary key default gen_random_uuid(),
    created_at          timestamptz not null,
    strategy_id         uuid not null,
    strategy_version    integer not null,
    strategy_type       text not null,
    realm_id            text not null,
    external_game_id    text,
    external_task_id    text,
    external_user_id    text,
    status              text not null,
    error_code          text,
    points              numeric,
    case_name           text,
    duration_ms         double precision not null,
    nodes               integer not null,
    trace               jsonb,
    sampled             boolean not null,
    sample_rate         double precision not null,
    parent_strategy_id  text,
    notes               text
);
create index strategy_runs_newest on game.strategy_runs
    (strategy_id, created_at desc);

-- All runs, counted by second; '' stands for no code and no case.
create table game.strategy_counts (
    strategy_id  uuid not null,
    at           timestamptz not null,
    status       text not null,
    error_code   text not null,
    case_name    text not null,
    n            bigint not null,
    points       numeric not null,
    primary key (strategy_id, at, status, error_code, case_name)
);

-- A definition as it is answered.
create view game.strategy_views as
select s.id, s.realm_id, s.name, s.description, s.type,
       s.parent_strategy_id, s.ast::text as ast, s.blockly_xml, s.version,
       s.status, s.created_by, game.unix_us(s.created_at) as created_us,
       game.unix_us(s.updated_at) as updated_us,
       game.unix_us(s.published_at) as published_us, s.experiment_tag
  from game.strategies s;

create function game.lock_realm(p_realm text) returns void
language sql volatile as $$
    select pg_advisory_xact_lock(hashtextextended('strategies ' || p_realm,
                                                  20))
$$;

create function game.strategy_view(p_id uuid) returns game.strategy_views
language sql volatile as $$
    select v from game.strategy_views v where v.id = p_id
$$;

-- ---------------------------------------------------------- life cycle
-- Every function answers one row (outcome, note, games, view): games are
-- the ids, joined by commas, of those that were moved or hold a task that
-- was.

-- Makes version 1 of a new family.
--
-- outcome: 'made', or 'taken' and nothing written. An import takes another
-- name instead: "<name> (importada 2026-02-03)", then "... 2)" and so on,
-- the name shortened so that all of it has 200 characters at most.
create function game.create_strategy(
    p_realm text, p_name text, p_description text, p_type text,
    p_parent text, p_ast jsonb, p_xml text, p_tag text, p_by text,
    p_prefix text, p_subject text, p_import boolean)
returns table (outcome text, note text, games text,
               view game.strategy_views)
language plpgsql as $$
declare
    v_name   text := p_name;
    v_suffix text;
    v_n      integer := 0;
    v_id     uuid;
begin
    perform game.lock_realm(p_realm);
    while exists (select from game.strategies s
                   where s.realm_id = p_realm and s.name = v_name) loop
        if not p_import then
            return query select 'taken', null::text, null::text,
                                null::game.strategy_views;
            return;
        end if;
        v_n := v_n + 1;
        v_suffix := ' (importada '
            || to_char(now() at time zone 'UTC', 'YYYY-MM-DD')
            || case when v_n > 1 then ' ' || v_n else '' end || ')';
        v_name := left(p_name, 200 - char_length(v_suffix)) || v_suffix;
    end loop;
    insert into game.strategies as s
           (realm_id, name, description, type, parent_strategy_id, ast,
            blockly_xml, version, created_by, experiment_tag, key_prefix,
            subject)
    values (p_realm, v_name, p_description, p_type, p_parent, p_ast, p_xml,
            1, p_by, p_tag, p_prefix, p_subject)
    returning s.id into v_id;
    return query select 'made', null::text, null::text,
                        game.strategy_view(v_id);
end
$$;

-- Changes a definition that the caller read at p_seen (its updated_us); a
-- null argument keeps what is there. A draft is changed in place, of a
-- published one a new draft is made.
--
-- outcome: 'changed', 'forked', or with nothing written 'missing', 'moved'
-- (it is not what the caller read), 'archived', 'taken' (the name has that
-- version already).
create function game.update_strategy(
    p_realm text, p_id uuid, p_seen bigint, p_name text, p_description text,
    p_type text, p_parent text, p_ast jsonb, p_xml text, p_tag text,
    p_by text, p_prefix text, p_subject text)
returns table (outcome text, note text, games text,
               view game.strategy_views)
language plpgsql as $$
declare
    v_old     game.strategies%rowtype;
    v_version integer;
    v_outcome text;
    v_id      uuid := p_id;
begin
    perform game.lock_realm(p_realm);
    select * into v_old from game.strategies s
     where s.id = p_id and s.realm_id = p_realm for update;
    v_version := v_old.version;
    if v_old.status = 'PUBLISHED' then
        select max(s.version) + 1 into v_version from game.strategies s
         where s.realm_id = p_realm and s.name = v_old.name;
    end if;
    v_outcome := case
        when v_old.id is null then 'missing'
        when v_old.status = 'ARCHIVED' then 'archived'
        when game.unix_us(v_old.updated_at) <> p_seen then 'moved'
        when exists (select from game.strategies s
                      where s.realm_id = p_realm and s.name = p_name
                        and s.version = v_version and s.id <> p_id)
            then 'taken'
        when v_old.status = 'PUBLISHED' then 'forked'
        else 'changed' end;
    if v_outcome = 'changed' then
        update game.strategies s
           set name = coalesce(p_name, s.name),
               description = coalesce(p_description, s.description),
               type = coalesce(p_type, s.type),
               parent_strategy_id = coalesce(p_parent,
                                             s.parent_strategy_id),
               ast = coalesce(p_ast, s.ast),
               blockly_xml = coalesce(p_xml, s.blockly_xml),
               experiment_tag = coalesce(p_tag, s.experiment_tag),
               updated_at = greatest(clock_timestamp(), s.updated_at
                                     + interval '1 microsecond')
         where s.id = p_id;
    elsif v_outcome = 'forked' then
        insert into game.strategies as s
               (realm_id, name, description, type, parent_strategy_id, ast,
                blockly_xml, version, created_by, experiment_tag,
                key_prefix, subject)
        values (p_realm, coalesce(p_name, v_old.name),
                coalesce(p_description, v_old.description),
                coalesce(p_type, v_old.type),
                coalesce(p_parent, v_old.parent_strategy_id),
                coalesce(p_ast, v_old.ast),
                coalesce(p_xml, v_old.blockly_xml), v_version, p_by,
                coalesce(p_tag, v_old.experiment_tag), p_prefix, p_subject)
        returning s.id into v_id;
    else
        v_id := null;
    end if;
    return query select v_outcome, null::text, null::text,
                        game.strategy_view(v_id);
end
$$;

-- Moves the games and tasks of a realm's owners from one version to another;
-- p_tokens is the realm of owners that have a subject only. Games are locked
-- before their tasks, in the order of their ids.
-- @return their ids, joined by commas
create function game.move_strategy(
    p_realm text, p_tokens text, p_from text, p_to text)
returns text language plpgsql as $$
declare
    v_games uuid[];
begin
    perform from game.games g
      where g.deleted_at is null
        and coalesce(g.realm_id, g.key_prefix, p_tokens) = p_realm
        and (g.strategy_id = p_from
             or g.id in (select t.game_id from game.tasks t
                          where t.strategy_id = p_from
                            and t.deleted_at is null))
      order by g.id for update;
    with moved as (
        update game.tasks t
           set strategy_id = p_to, version = t.version + 1,
               updated_at = clock_timestamp()
          from game.games g
         where t.strategy_id = p_from and t.deleted_at is null
           and g.id = t.game_id and g.deleted_at is null
           and coalesce(g.realm_id, g.key_prefix, p_tokens) = p_realm
        returning t.game_id),
    changed as (
        update game.games g
           set strategy_id = p_to, version = g.version + 1,
               updated_at = clock_timestamp()
         where g.strategy_id = p_from and g.deleted_at is null
           and coalesce(g.realm_id, g.key_prefix, p_tokens) = p_realm
        returning g.id)
    select array_agg(x.id) into v_games
      from (select c.id from changed c union
            select m.game_id from moved m) x;
    return array_to_string(v_games, ',');
end
$$;

-- The games that use a custom strategy, themselves or in a task.
create function game.strategy_games(p_id uuid) returns uuid[]
language sql volatile as $$
    select coalesce(array_agg(g.id order by g.id), '{}') from game.games g
     where g.deleted_at is null
       and (g.strategy_id = 'custom:' || p_id
            or g.id in (select t.game_id from game.tasks t
                         where t.strategy_id = 'custom:' || p_id
                           and t.deleted_at is null))
$$;

-- Publishes one version in place of the family's published one, if there is
-- one; what used that follows. The caller has the realm's lock.
--
-- Games are locked before definitions, as by those who assign a strategy to
-- a game. Once the definition is locked nobody else gets at it, and what
-- was assigned between the two locks is seen: then the definition is given
-- up again, as waiting for one more game while holding it would be a
-- deadlock with whoever waits the other way round.
create function game.promote_strategy(p_id uuid, p_tokens text)
returns table (outcome text, note text, games text,
               view game.strategy_views)
language plpgsql as $$
declare
    v_new    game.strategies%rowtype;
    v_old    uuid;
    v_using  uuid[];
    v_locked uuid[];
begin
    select * into v_new from game.strategies s where s.id = p_id;
    select s.id into v_old from game.strategies s
     where s.realm_id = v_new.realm_id and s.name = v_new.name
       and s.status = 'PUBLISHED';
    v_using := game.strategy_games(v_old);
    while v_old is not null loop
        v_locked := v_using;
        perform from game.games g where g.id = any (v_locked)
          order by g.id for update;
        begin
            perform from game.strategies s where s.id = v_old for update;
            v_using := game.strategy_games(v_old);
            if not v_using <@ v_locked then
                raise sqlstate 'GM001';
            end if;
            update game.strategies s
               set status = 'ARCHIVED', updated_at = clock_timestamp()
             where s.id = v_old;
            exit;
        exception when sqlstate 'GM001' then
            null;
        end;
    end loop;
    update game.strategies s
       set status = 'PUBLISHED', published_at = clock_timestamp(),
           updated_at = greatest(clock_timestamp(), s.updated_at
                                 + interval '1 microsecond')
     where s.id = p_id;
    return query select 'published', v_old::text,
        case when v_old is not null then
            game.move_strategy(v_new.realm_id, p_tokens,
                               'custom:' || v_old, 'custom:' || p_id) end,
        game.strategy_view(p_id);
end
$$;

-- outcome: 'published' (note is the id of the version that gave way, or
-- null), 'same' (it was the published one already), or with nothing written
-- 'missing', 'archived'.
create function game.publish_strategy(
    p_realm text, p_id uuid, p_tokens text)
returns table (outcome text, note text, games text,
               view game.strategy_views)
language plpgsql as $$
declare
    v_status text;
begin
    perform game.lock_realm(p_realm);
    select s.status into v_status from game.strategies s
     where s.id = p_id and s.realm_id = p_realm for update;
    if v_status = 'DRAFT' then
        return query select p.* from game.promote_strategy(p_id, p_tokens)
                            as p;
        return;
    end if;
    return query select
        case v_status when 'PUBLISHED' then 'same'
                      when 'ARCHIVED' then 'archived' else 'missing' end,
        null::text, null::text, game.strategy_view(p_id);
end
$$;

-- outcome: 'archived', 'same', 'missing'.
create function game.archive_strategy(p_realm text, p_id uuid)
returns table (outcome text, note text, games text,
               view game.strategy_views)
language plpgsql as $$
declare
    v_status text;
begin
    perform game.lock_realm(p_realm);
    select s.status into v_status from game.strategies s
     where s.id = p_id and s.realm_id = p_realm for update;
    update game.strategies s
       set status = 'ARCHIVED',
           updated_at = greatest(clock_timestamp(), s.updated_at
                                 + interval '1 microsecond')
     where s.id = p_id and v_status <> 'ARCHIVED';
    return query select
        case v_status when 'ARCHIVED' then 'same'
                      when 'DRAFT' then 'archived'
                      when 'PUBLISHED' then 'archived'
                      else 'missing' end,
        null::text, null::text, game.strategy_view(p_id);
end
$$;

-- Brings a version of a definition's family back, whatever its status.
--
-- outcome: 'published' as game.publish_strategy, or with nothing written
-- 'missing'; 'version' and 'already', whose note is the family's name.
create function game.rollback_strategy(
    p_realm text, p_id uuid, p_version bigint, p_tokens text)
returns table (outcome text, note text, games text,
               view game.strategy_views)
language plpgsql as $$
declare
    v_name   text;
    v_id     uuid;
    v_status text;
begin
    perform game.lock_realm(p_realm);
    select s.name into v_name from game.strategies s
     where s.id = p_id and s.realm_id = p_realm;
    select s.id, s.status into v_id, v_status from game.strategies s
     where s.realm_id = p_realm and s.name = v_name
       and s.version = p_version for update;
    if v_id is not null and v_status <> 'PUBLISHED' then
        return query select p.* from game.promote_strategy(v_id, p_tokens)
                            as p;
        return;
    end if;
    return query select
        case when v_name is null then 'missing'
             when v_id is null then 'version' else 'already' end,
        v_name, null::text, null::game.strategy_views;
end
$$;

-- What is assigned while its version gives way follows to the published
-- one: the share lock waits for a publication under way.
create function game.follow_strategy() returns trigger
language plpgsql as $$
declare
    v_row game.strategies%rowtype;
    v_id  uuid;
begin
    select * into v_row from game.strategies s
     where s.id = substr(new.strategy_id, 8)::uuid for share;
    if v_row.status = 'ARCHIVED' then
        select s.id into v_id from game.strategies s
         where s.realm_id = v_row.realm_id and s.name = v_row.name
           and s.status = 'PUBLISHED';
        if found then
            new.strategy_id := 'custom:' || v_id;
        end if;
    end if;
    return new;
end
$$;

create trigger games_follow_new
    before insert on game.games
    for each row when (new.strategy_id ~ '^custom:[0-9a-f-]{36}$')
    execute function game.follow_strategy();
create trigger tasks_follow_new
    before insert on game.tasks
    for each row when (new.strategy_id ~ '^custom:[0-9a-f-]{36}$')
    execute function game.follow_strategy();
-- a change of anything else must not wait for a publication
create trigger games_follow_strategy
    before update of strategy_id on game.games
    for each row when (new.strategy_id ~ '^custom:[0-9a-f-]{36}$'
                       and new.strategy_id is distinct from old.strategy_id)
    execute function game.follow_strategy();
create trigger tasks_follow_strategy
    before update of strategy_id on game.tasks
    for each row when (new.strategy_id ~ '^custom:[0-9a-f-]{36}$'
                       and new.strategy_id is distinct from old.strategy_id)
    execute function game.follow_strategy();

-- --------------------------------------------------------------- runs

-- Takes what a process collected: rows of the execution log, and counts of
-- all runs since it wrote last. Rows are inserted in the order of their key,
-- so that two processes wait for each other instead of locking up.
create function game.log_runs(p_runs jsonb, p_counts jsonb) returns bigint
language sql volatile as $$
    with runs as (
        insert into game.strategy_runs
               (created_at, strategy_id, strategy_version, strategy_type,
                realm_id, external_game_id, external_task_id,
                external_user_id, status, error_code, points, case_name,
                duration_ms, nodes, trace, sampled, sample_rate,
                parent_strategy_id, notes)
        select to_timestamp(x.at / 1e6), x.strategy, x.version, x.type,
               x.realm, x.game, x.task, x."user", x.status, x.code,
               x.points, x.case_name, x.ms, x.nodes, x.trace, x.sampled,
               x.rate, x.parent, x.notes
          from jsonb_to_recordset(p_runs) as x
               (at numeric, strategy uuid, version integer, type text,
                realm text, game text, task text, "user" text, status text,
                code text, points numeric, case_name text, ms float8,
                nodes integer, trace jsonb, sampled boolean, rate float8,
                parent text, notes text)),
    counts as (
        insert into game.strategy_counts as c
               (strategy_id, at, status, error_code, case_name, n, points)
        select x.strategy, to_timestamp(x.at), x.status,
               coalesce(x.code, ''), coalesce(x.case_name, ''), sum(x.n),
               sum(x.points)
          from jsonb_to_recordset(p_counts) as x
               (strategy uuid, at bigint, status text, code text,
                case_name text, n bigint, points numeric)
         group by 1, 2, 3, 4, 5
         order by 1, 2, 3, 4, 5
        on conflict (strategy_id, at, status, error_code, case_name)
            do update set n = c.n + excluded.n,
                          points = c.points + excluded.points)
    select jsonb_array_length(p_runs)::bigint
$$;
