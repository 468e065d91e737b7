-- Sums of one user on one task; no row without an award.
-- kind: read
select ut.points, ut.n
  from game.user_tasks ut
 where ut.bucket = $1::smallint and ut.user_id = $2::uuid
   and ut.task_id = $3::uuid
