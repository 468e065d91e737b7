-- Forecasts (greencrowdStrategy): the records that they are made of, kept
-- in the award's transaction, and the experiment groups of users.

-- Awards by time of a UTC day, in quarters.
alter table game.task_parts
    add column slot_0 bigint not null default 0,
    add column slot_1 bigint not null default 0,
    add column slot_2 bigint not null default 0,
    add column slot_3 bigint not null default 0;
update game.task_parts tp
   set slot_0 = a.s0, slot_1 = a.s1, slot_2 = a.s2, slot_3 = a.s3
  from (select x.task_id, x.bucket,
               count(*) filter (where x.slot = 0) as s0,
               count(*) filter (where x.slot = 1) as s1,
               count(*) filter (where x.slot = 2) as s2,
               count(*) filter (where x.slot = 3) as s3
          from (select task_id, bucket,
                       extract(hour from created_at at time zone 'UTC')
                           ::integer / 6 as slot
                  from game.awards) x
         group by x.task_id, x.bucket) a
 where a.task_id = tp.task_id and a.bucket = tp.bucket;

-- UTC days on which a user has an award of a task; written with the first.
create table game.user_days (
    bucket   smallint not null,
    user_id  uuid not null,
    task_id  uuid not null,
    day      date not null,
    primary key (bucket, user_id, task_id, day)
);
insert into game.user_days (bucket, user_id, task_id, day)
select distinct bucket, user_id, task_id,
       (created_at at time zone 'UTC')::date
  from game.awards;

-- The values that the forecasts of an award's data say: of callbackData, or
-- of tasks when that is no list or empty. Dimensions 0 to 4 are BP, LBE, TD,
-- PP, S; what is no whole number is no value.
create function game.forecast_values(p_data jsonb)
returns table (dimension smallint, value bigint)
language sql immutable as $$
    select (array_position(array['DIM_BP', 'DIM_LBE', 'DIM_TD', 'DIM_PP',
                                 'DIM_S'], m.key) - 1)::smallint,
           (m.value #>> '{}')::bigint
      from (select case
                when jsonb_typeof(p_data -> 'callbackData') = 'array'
                     and p_data -> 'callbackData' <> '[]'
                    then p_data -> 'callbackData'
                when jsonb_typeof(p_data -> 'tasks') = 'array'
                    then p_data -> 'tasks'
                else '[]' end) l (list)
     cross join lateral jsonb_array_elements(l.list) f (forecast)
     cross join lateral jsonb_array_elements(
           case when jsonb_typeof(f.forecast -> 'dimensions') = 'array'
                then f.forecast -> 'dimensions' else '[]' end) d (one)
     cross join lateral jsonb_each(
           case when jsonb_typeof(d.one) = 'object' then d.one
                else '{}' end) m
     where m.key in ('DIM_BP', 'DIM_LBE', 'DIM_TD', 'DIM_PP', 'DIM_S')
       and jsonb_typeof(m.value) = 'number'
       and m.value #>> '{}' ~ '^-?\d{1,18}$'
$$;

create table game.dimension_parts (
    task_id    uuid not null,
    dimension  smallint not null check (dimension between 0 and 4),
    bucket     smallint not null,
    n          bigint not null,
    total      numeric not null,
    least      bigint not null,
    greatest   bigint not null,
    primary key (task_id, dimension, bucket)
) with (fillfactor = 40);
insert into game.dimension_parts
       (task_id, dimension, bucket, n, total, least, greatest)
select a.task_id, v.dimension, a.bucket, count(*), sum(v.value),
       min(v.value), max(v.value)
  from game.awards a cross join lateral game.forecast_values(a.data) v
 where a.data ?| array['tasks', 'callbackData']
 group by a.task_id, v.dimension, a.bucket;

-- Keeps what forecasts are made of: called by game.award, after task_parts.
create function game.count_record(
    p_bucket smallint, p_user uuid, p_task uuid, p_prior timestamptz,
    p_now timestamptz, p_data jsonb)
returns void
language plpgsql as $$
begin
    if p_prior is null or (p_prior at time zone 'UTC')::date
                          <> (p_now at time zone 'UTC')::date then
        insert into game.user_days (bucket, user_id, task_id, day)
        values (p_bucket, p_user, p_task,
                (p_now at time zone 'UTC')::date)
        on conflict do nothing;
    end if;
    if p_data ?| array['tasks', 'callbackData'] then
        insert into game.dimension_parts as d
               (task_id, dimension, bucket, n, total, least, greatest)
        select p_task, v.dimension, p_bucket, count(*), sum(v.value),
               min(v.value), max(v.value)
          from game.forecast_values(p_data) v
         group by v.dimension order by v.dimension
        on conflict (task_id, dimension, bucket) do update
            set n = d.n + excluded.n, total = d.total + excluded.total,
                least = least(d.least, excluded.least),
                greatest = greatest(d.greatest, excluded.greatest);
    end if;
end
$$;

-- Whether a forecast was used: its hash is bound to its user, so that only
-- the user's own awards can have it.
create index awards_forecast on game.awards
    (bucket, user_id, task_id, (data ->> 'simulationHash'))
    where octet_length(data ->> 'simulationHash') <= 128;

create table game.user_configs (
    bucket            smallint not null,
    user_id           uuid not null,
    game_id           uuid not null,
    experiment_group  text not null,
    config_data       jsonb not null default '{}',
    created_at        timestamptz not null default now(),
    primary key (bucket, user_id, game_id)
);
create table game.group_counts (
    game_id           uuid not null,
    experiment_group  text not null,
    n                 bigint not null,
    primary key (game_id, experiment_group)
);

-- The experiment group with the fewest users in a game; of several the first.
create function game.group_candidate(p_game uuid) returns text
language sql volatile as $$
    select x.name
      from unnest(array['random_range', 'average_score',
                        'dynamic_calculation'])
           with ordinality as x (name, i)
      left join game.group_counts g
        on g.game_id = p_game and g.experiment_group = x.name
     order by coalesce(g.n, 0), x.i limit 1
$$;

-- The experiment group of a user in a game; the first time it is the
-- candidate. The lock is taken on that first time alone.
create function game.experiment_group(
    p_bucket smallint, p_user uuid, p_game uuid)
returns text
language plpgsql as $$
declare
    v_group text;
begin
    select c.experiment_group into v_group from game.user_configs c
     where c.bucket = p_bucket and c.user_id = p_user
       and c.game_id = p_game;
    if found then
        return v_group;
    end if;
    perform pg_advisory_xact_lock(
        hashtextextended('group ' || p_game, 22));
    v_group := game.group_candidate(p_game);
    insert into game.user_configs (bucket, user_id, game_id,
                                   experiment_group)
    values (p_bucket, p_user, p_game, v_group)
    on conflict do nothing;
    if found then
        insert into game.group_counts as g (game_id, experiment_group, n)
        values (p_game, v_group, 1)
        on conflict (game_id, experiment_group) do update set n = g.n + 1;
        return v_group;
    end if;
    select c.experiment_group into v_group from game.user_configs c
     where c.bucket = p_bucket and c.user_id = p_user
       and c.game_id = p_game;
    return v_group;
end
$$;
