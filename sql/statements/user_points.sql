-- Sums of one user over the games that the caller may use (administrator,
-- key prefix, realm, subject): is there an award at all, the list.
-- kind: read
with sums as (
    select ut.points, ut.n, g.external_game_id, g.created_at as game_at,
           g.id as game_id, t.external_task_id, t.created_at as task_at,
           t.id as task_id,
           coalesce($3::boolean or g.key_prefix = $4::text
                    or g.realm_id = $5::text or g.subject = $6::text,
                    false) as mine
      from game.user_tasks ut
      join game.tasks t on t.id = ut.task_id and t.deleted_at is null
      join game.games g on g.id = ut.game_id and g.deleted_at is null
     where ut.bucket = $1::smallint and ut.user_id = $2::uuid)
select exists (select from sums),
       array_to_json(array_agg(row_to_json(x)
           order by s.game_at, s.game_id, s.task_at, s.task_id))
  from sums s
 cross join lateral (
       select s.points, s.n as "timesAwarded",
              $7::text as "externalUserId") p
 cross join lateral (
       select s.external_task_id as "externalTaskId",
              array[row_to_json(p)] as points) t
 cross join lateral (
       select s.external_game_id as "externalGameId",
              game.time_sp(s.game_at) as created_at,
              array[row_to_json(t)] as task) x
 where s.mine
