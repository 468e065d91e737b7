-- Sums of one user, an element a task of a game: does the user exist, has
-- the game a task, the list.
-- kind: read
select exists (select from game.users u
                where u.bucket = $2::smallint and u.id = $3::uuid),
       exists (select from game.tasks t
                where t.game_id = $1::uuid and t.deleted_at is null),
       (select coalesce(array_to_json(array_agg(row_to_json(x)
                   order by t.created_at, t.id)), '[]'::json)
          from game.tasks t
          join game.user_tasks ut
            on ut.bucket = $2::smallint and ut.user_id = $3::uuid
           and ut.task_id = t.id
         cross join lateral (
               select ut.points, ut.n as "timesAwarded",
                      $4::text as "externalUserId") x
         where t.game_id = $1::uuid and t.deleted_at is null)
