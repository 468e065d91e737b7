-- Changes a custom strategy: game.update_strategy.
-- kind: write
select c.outcome, c.note, c.games, (c.view).*
  from game.update_strategy($1::text, $2::uuid, $3::bigint, $4::text,
                            $5::text, $6::text, $7::text, $8::jsonb,
                            $9::text, $10::text, $11::text, $12::text,
                            $13::text) c
