-- Sums of each user on one task.
-- kind: read
select coalesce(array_to_json(array_agg(row_to_json(x)
           order by ut.first_at, ut.user_id)), '[]'::json)
  from game.user_tasks ut
  join game.users u on u.bucket = ut.bucket and u.id = ut.user_id
 cross join lateral (
       select ut.points, ut.n as "timesAwarded",
              u.external_user_id as "externalUserId") x
 where ut.task_id = $1::uuid
