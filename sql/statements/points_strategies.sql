-- One task for each strategy that tasks of a game score with, but for
-- custom ones: null strategies are the game's own. No row: no task.
-- kind: read
select min(t.external_task_id),
       coalesce(t.strategy_id, g.strategy_id) like 'custom:%'
  from game.tasks t
  join game.games g on g.id = t.game_id
 where t.game_id = $1::uuid and t.deleted_at is null
 group by coalesce(t.strategy_id, g.strategy_id)
 order by min(t.created_at), 1
