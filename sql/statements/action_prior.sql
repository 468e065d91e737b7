-- The action that a key was used for on a task, as game.act answers it.
-- kind: read
select case when a.request_digest is not distinct from $5::bytea
            then 'replay' else 'mismatch' end,
       a.id, game.unix_us(a.created_at), false, a.data
  from game.user_actions a
 where a.bucket = $1::smallint and a.user_id = $2::uuid
   and coalesce(a.task_id, a.user_id) = $3::uuid
   and a.idempotency_key = $4::text
