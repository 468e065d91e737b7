-- One task of a game by its external id, with its params, for the catalog.
-- kind: read
select t.id, t.external_task_id, t.strategy_id, t.status, t.version,
       p.id, p.key, p.value
  from game.tasks t
  left join game.task_params p on p.task_id = t.id
 where t.game_id = $1::uuid and t.external_task_id = $2::text
   and t.deleted_at is null
 order by p.position
