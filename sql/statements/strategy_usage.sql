-- Games and tasks that use exactly this version; the task's columns are null
-- in a game's row.
-- kind: read
select g.id, g.external_game_id, g.platform, u.task_id, u.external_task_id
  from (select g.id as game_id, null::uuid as task_id,
               null::text as external_task_id, g.created_at
          from game.games g
         where g.strategy_id = 'custom:' || $1::uuid
           and g.deleted_at is null
        union all
        select t.game_id, t.id, t.external_task_id, t.created_at
          from game.tasks t
         where t.strategy_id = 'custom:' || $1::uuid
           and t.deleted_at is null) u
  join game.games g on g.id = u.game_id and g.deleted_at is null
 order by u.task_id is not null, u.created_at, u.task_id, u.game_id
