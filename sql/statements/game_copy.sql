-- Makes a game like another one, with its tasks and params.
-- kind: write
select * from game.copy_game($1::uuid, $2::text, $3::text, $4::text,
                             $5::text)
