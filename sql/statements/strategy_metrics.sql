-- What the runs of a version were, between two times (microseconds, or
-- null). Rows by kind: 'status', 'error' and 'case' with a name and a count,
-- of all runs; 'points' with their sum; 'run' with milliseconds and nodes of
-- the newest runs that were kept; 'point' with the points of one.
-- kind: read
with bounds as (
    select coalesce(to_timestamp($2::bigint / 1e6::numeric), '-infinity')
               as since,
           coalesce(to_timestamp($3::bigint / 1e6::numeric), 'infinity')
               as until),
counted as materialized (
    select c.status, c.error_code, c.case_name, sum(c.n)::bigint as n,
           sum(c.points) as points
      from game.strategy_counts c, bounds b
     where c.strategy_id = $1::uuid
       and c.at >= date_trunc('second', b.since) and c.at <= b.until
     group by c.status, c.error_code, c.case_name)
select 'status', c.status, sum(c.n)::bigint, null::float8, null::float8
  from counted c group by c.status
union all
(select 'error', c.error_code, sum(c.n)::bigint, null, null
   from counted c where c.error_code <> ''
  group by c.error_code
  order by sum(c.n) desc, c.error_code limit 10)
union all
(select 'case', nullif(c.case_name, ''), sum(c.n)::bigint, null, null
   from counted c group by c.case_name
  order by sum(c.n) desc, c.case_name limit 10)
union all
select 'points', null, null, coalesce(sum(c.points), 0)::float8, null
  from counted c
union all
(select 'run', null, null, r.duration_ms, r.nodes
   from game.strategy_runs r, bounds b
  where r.strategy_id = $1::uuid
    and r.created_at >= b.since and r.created_at <= b.until
  order by r.created_at desc limit 1000)
union all
(select 'point', null, null, r.points::float8, null
   from game.strategy_runs r, bounds b
  where r.strategy_id = $1::uuid and r.points is not null
    and r.created_at >= b.since and r.created_at <= b.until
  order by r.created_at desc limit 1000)
