-- One task by its id, of whatever game, with its params.
-- kind: read
select t.id, t.external_task_id, t.strategy_id, t.status, t.version,
       p.id, p.key, p.value, t.game_id
  from game.tasks t
  join game.games g on g.id = t.game_id and g.deleted_at is null
  left join game.task_params p on p.task_id = t.id
 where t.id = $1::uuid and t.deleted_at is null
 order by p.position
