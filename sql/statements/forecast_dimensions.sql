-- The values that forecasts on the tasks of game $1 with strategy $2 said so
-- far: a row for each dimension that has any.
-- kind: read
select d.dimension, sum(d.n)::bigint, sum(d.total)::float8, min(d.least),
       max(d.greatest)
  from game.tasks t
  join game.games g on g.id = t.game_id
  join game.dimension_parts d on d.task_id = t.id
 where t.game_id = $1::uuid and t.deleted_at is null
   and coalesce(t.strategy_id, g.strategy_id) = $2::text
 group by d.dimension
 order by d.dimension
