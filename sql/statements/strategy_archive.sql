-- Withdraws a version: game.archive_strategy.
-- kind: write
select c.outcome, c.note, c.games, (c.view).*
  from game.archive_strategy($1::text, $2::uuid) c
