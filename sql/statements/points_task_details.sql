-- As points_task, with every award of each user and what it was told.
-- kind: read
select coalesce(array_to_json(array_agg(row_to_json(x)
           order by ut.first_at, ut.user_id)), '[]'::json)
  from game.user_tasks ut
  join game.users u on u.bucket = ut.bucket and u.id = ut.user_id
 cross join lateral (
       select array_to_json(array_agg(row_to_json(d)
                  order by a.created_at, a.id)) as list
         from game.awards a
        cross join lateral (
              select a.points, a.case_name as "caseName", a.data,
                     a.description,
                     game.time_off(a.created_at) as created_at) d
        where a.bucket = ut.bucket and a.user_id = ut.user_id
          and a.task_id = ut.task_id) each
 cross join lateral (
       select u.external_user_id as "externalUserId", ut.points,
              ut.n as "timesAwarded", each.list as "pointsData") x
 where ut.task_id = $1::uuid
