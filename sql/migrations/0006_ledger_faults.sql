-- Every broken invariant of the ledger, a row each; none, ever.
-- Compares sums of all rows: a check for operators and tests, not for a
-- request. Looks at tables of later migrations as well.
set local check_function_bodies = off;
create function game.ledger_faults()
returns table (fault text, bucket smallint, user_id uuid, detail text)
language sql stable as $$
with
awarded as (
    select bucket, user_id, count(*) n, sum(points) points
      from game.awards group by 1, 2),
moved as (
    select bucket, user_id, sum(points) points, sum(coins) coins,
           coalesce(sum(points) filter (where kind = 'AssignPoints'), 0)
               assigned
      from game.movements group by 1, 2),
spans as (
    select bucket, user_id, task_id, game_id, count(*) n, sum(points) points,
           min(created_at) first_at, max(created_at) last_at,
           (array_agg(created_at order by created_at desc))[2] prev_at
      from game.awards group by 1, 2, 3, 4),
games as (
    select bucket, user_id, game_id, count(*) n, sum(points) points,
           min(created_at) first_at, max(created_at) last_at,
           count(game.event_minutes(data)) minutes_n,
           coalesce(sum(game.event_minutes(data)), 0) minutes_sum
      from game.awards group by 1, 2, 3),
parts as (
    select task_id, bucket, game_id, count(*) n, sum(points) points,
           min(created_at) first_at, max(created_at) last_at,
           count(game.event_minutes(data)) minutes_n,
           coalesce(sum(game.event_minutes(data)), 0) minutes_sum,
           array_agg(extract(hour from created_at at time zone 'UTC')
                         ::integer / 6) slots
      from game.awards group by 1, 2, 3),
spoken as (
    select a.task_id, v.dimension, a.bucket, count(*) n, sum(v.value) total,
           min(v.value) least, max(v.value) greatest
      from game.awards a
     cross join lateral game.forecast_values(a.data) v
     group by 1, 2, 3),
cells as (
    select game_id, grid, sum(n) n, sum(n::numeric * n) squares
      from game.game_cells group by 1, 2),
cell_sums as (
    select game_id, grid, sum(n) n, sum(squares) squares
      from game.game_cell_sums group by 1, 2)
select 'wallet differs from its movements', bucket, user_id,
       format('wallet %s points %s coins, movements %s points %s coins',
              w.points_balance, w.coins_balance, m.points, m.coins)
  from game.wallets w full join moved m using (bucket, user_id)
 where coalesce(w.points_balance, 0) <> coalesce(m.points, 0)
    or coalesce(w.coins_balance, 0) <> coalesce(m.coins, 0)
    or (w.user_id is null and m.user_id is not null)
union all
select 'awards differ from AssignPoints movements', bucket, user_id,
       format('awards %s, movements %s', a.points, m.assigned)
  from awarded a full join moved m using (bucket, user_id)
 where coalesce(a.points, 0) <> coalesce(m.assigned, 0)
union all
select 'award without its movement', a.bucket, a.user_id, a.id::text
  from game.awards a
 where not exists (
       select from game.movements m
        where m.bucket = a.bucket and m.user_id = a.user_id
          and m.created_at = a.created_at and m.award_id = a.id
          and m.kind = 'AssignPoints' and m.points = a.points)
union all
select 'movement without its award', m.bucket, m.user_id, m.id::text
  from game.movements m
 where m.kind <> 'ConvertPointsToCoins'
   and not exists (
       select from game.awards a
        where a.bucket = m.bucket and a.user_id = m.user_id
          and a.task_id = m.task_id and a.id = m.award_id)
union all
select 'conversion that is none', m.bucket, m.user_id, m.id::text
  from game.movements m
 where m.kind = 'ConvertPointsToCoins'
   and (m.points >= 0 or m.coins < 0 or m.rate <= 0
        or m.coins <> round(-m.points / m.rate, 12))
union all
select 'user of the ledger is unknown', bucket, user_id, null
  from (select bucket, user_id from game.wallets
        union select bucket, user_id from awarded
        union select bucket, user_id from game.user_actions) l
 where not exists (select from game.users u
                    where u.bucket = l.bucket and u.id = l.user_id)
union all
select 'user_tasks differs from awards', bucket, user_id, task_id::text
  from game.user_tasks t full join spans s using (bucket, user_id, task_id)
 where (t.n, t.points, t.first_at, t.last_at, t.prev_at, t.game_id)
    is distinct from
       (s.n, s.points, s.first_at, s.last_at, s.prev_at, s.game_id)
union all
select 'user_games differs from awards', bucket, user_id, game_id::text
  from game.user_games t full join games s using (bucket, user_id, game_id)
 where (t.n, t.points, t.first_at, t.last_at, t.minutes_n)
    is distinct from
       (s.n, s.points, s.first_at, s.last_at, s.minutes_n)
    or t.version < t.n
    or abs(t.minutes_sum - s.minutes_sum) > 1e-9 * (1 + abs(s.minutes_sum))
union all
select 'task_parts differs from awards', bucket, null, task_id::text
  from game.task_parts t full join parts s using (task_id, bucket)
 where (t.n, t.points, t.first_at, t.last_at, t.minutes_n, t.game_id)
    is distinct from
       (s.n, s.points, s.first_at, s.last_at, s.minutes_n, s.game_id)
    or abs(t.minutes_sum - s.minutes_sum) > 1e-9 * (1 + abs(s.minutes_sum))
    or t.slot_0 <> cardinality(array_positions(s.slots, 0))
    or t.slot_1 <> cardinality(array_positions(s.slots, 1))
    or t.slot_2 <> cardinality(array_positions(s.slots, 2))
    or t.slot_3 <> cardinality(array_positions(s.slots, 3))
union all
select 'user_days differs from awards', bucket, user_id,
       format('%s %s', task_id, day)
  from game.user_days d
  full join (select distinct bucket, user_id, task_id,
                    (created_at at time zone 'UTC')::date as day
               from game.awards) a using (bucket, user_id, task_id, day)
 where d.bucket is null or a.bucket is null
union all
select 'dimension_parts differs from awards', bucket, null,
       format('%s %s', task_id, dimension)
  from game.dimension_parts d
  full join spoken s using (task_id, dimension, bucket)
 where (d.n, d.total, d.least, d.greatest)
    is distinct from (s.n, s.total, s.least, s.greatest)
union all
select 'group_counts differs from user_configs', null, null,
       format('%s %s', game_id, experiment_group)
  from game.group_counts g
  full join (select game_id, experiment_group, count(*) n
               from game.user_configs group by 1, 2) c
 using (game_id, experiment_group)
 where g.n is distinct from c.n
union all
select 'sums of cells differ from their counts', null, null,
       format('%s %s', game_id, grid)
  from cell_sums s full join cells c using (game_id, grid)
 where (s.n, s.squares) is distinct from (c.n, c.squares)
union all
select 'more in cells than awards', null, null, l.game_id::text
  from (select x.game_id, sum(x.n) n
          from (select game_id, n from cells
                union all
                select game_id, 1 from game.game_cell_queue) x
         group by 1) l
 where l.n > (select count(*) from game.awards a
               where a.game_id = l.game_id)
$$;
