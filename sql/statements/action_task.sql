-- Records a user's action on a task; no row when the task is not open.
-- kind: write
select a.outcome, a.action_id, a.created_us, a.user_created, a.data
  from game.tasks t
 cross join lateral game.act(
       $1::smallint, $2::uuid, $3::text, $4::text, t.game_id, t.id,
       $6::text, $7::text, $8::jsonb, $9::text, $10::bytea, $11::text,
       $12::text) a
 where t.id = $5::uuid and t.status = 'open' and t.deleted_at is null
