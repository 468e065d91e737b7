-- Records a user's action that belongs to no game.
-- kind: write
select a.outcome, a.action_id, a.created_us, a.user_created, a.data
  from game.act($1::smallint, $2::uuid, $3::text, $4::text, null, null,
                $5::text, $6::text, $7::jsonb, $8::text, $9::bytea,
                $10::text, $11::text) a
