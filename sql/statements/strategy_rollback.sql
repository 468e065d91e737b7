-- Brings a version back: game.rollback_strategy.
-- kind: write
select c.outcome, c.note, c.games, (c.view).*
  from game.rollback_strategy($1::text, $2::uuid, $3::bigint, $4::text) c
