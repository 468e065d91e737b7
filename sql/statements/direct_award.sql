-- Books points that were given by hand, with the versions of game and task
-- as they stand, and answers the award and the wallet after it. No row: the
-- task is gone.
-- kind: write
select a.outcome, a.award_id, game.time_z(s.created_at), s.points,
       s.case_name, s.description, s.data, s.points_balance,
       s.coins_balance, s.conversion_rate
  from game.tasks t
  join game.games g on g.id = t.game_id and g.deleted_at is null
 cross join lateral game.award(
       $1::smallint, $2::uuid, $3::text, g.realm_id, g.id, g.version, t.id,
       t.version, $5::bigint, $6::bigint, $7::text, $8::jsonb, $9::text,
       $10::text, $11::bytea, $12::text, $13::text, $14::integer,
       $15::boolean) a
  left join lateral game.award_shown($1::smallint, $2::uuid, t.id,
                                     a.created_us, a.award_id) s on true
 where t.id = $4::uuid and t.deleted_at is null
