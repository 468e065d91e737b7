-- Makes a game with its params, or says who has the name.
-- kind: write
select * from game.create_game($1::text, $2::text, $3::text, $4::text,
                               $5::text, $6::text, $7::text[], $8::text[])
