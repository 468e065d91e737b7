-- Points into coins.
-- kind: write
select c.outcome, c.movement_id, c.rate, c.coins, c.wallet_at
  from game.convert($1::smallint, $2::uuid, $3::bigint, $4::text,
                    $5::bytea, $6::text, $7::text) c
