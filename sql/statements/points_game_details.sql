-- As points_game, with every award of each user.
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
              select array_to_json(array_agg(row_to_json(d)
                         order by a.created_at, a.id)) as list
                from game.awards a
               cross join lateral (
                     select a.points, a.case_name as "caseName",
                            game.time_off(a.created_at) as created_at) d
               where a.bucket = ut.bucket and a.user_id = ut.user_id
                 and a.task_id = t.id) each
        cross join lateral (
              select ut.points, ut.n as "timesAwarded",
                     u.external_user_id as "externalUserId",
                     each.list as "pointsData") o
        where ut.task_id = t.id) who
 cross join lateral (
       select t.external_task_id as "externalTaskId",
              who.list as points) x
 where t.game_id = $1::uuid and t.deleted_at is null
