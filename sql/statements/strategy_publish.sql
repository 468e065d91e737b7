-- Publishes a version: game.publish_strategy.
-- kind: write
select c.outcome, c.note, c.games, (c.view).*
  from game.publish_strategy($1::text, $2::uuid, $3::text) c
