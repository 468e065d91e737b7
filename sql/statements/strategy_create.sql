-- Makes a custom strategy: game.create_strategy.
-- kind: write
select c.outcome, c.note, c.games, (c.view).*
  from game.create_strategy($1::text, $2::text, $3::text, $4::text,
                            $5::text, $6::jsonb, $7::text, $8::text,
                            $9::text, $10::text, $11::text,
                            $12::boolean) c
