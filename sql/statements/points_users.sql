-- Tasks of a game with the users who were awarded on each; null: no task.
-- kind: read
select array_to_json(array_agg(row_to_json(x)
                               order by t.created_at, t.id))
  from game.tasks t
 cross join lateral (
       select coalesce(array_to_json(array_agg(row_to_json(o)
                  order by ut.first_at, ut.user_id)), '[]'::json) as list
         from game.user_tasks ut
         join game.users u on u.bucket = ut.bucket and u.id = ut.user_id
        cross join lateral (
              select u.external_user_id as "externalUserId",
                     game.time_sp(u.created_at) as created_at,
                     game.time_sp(ut.first_at) as "firstAction") o
        where ut.task_id = t.id) who
 cross join lateral (
       select t.external_task_id as "externalTaskId",
              who.list as users) x
 where t.game_id = $1::uuid and t.deleted_at is null
