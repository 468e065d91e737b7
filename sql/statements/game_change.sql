-- Changes a game and params of it.
-- kind: write
select * from game.change_game($1::uuid, $2::text, $3::text, $4::text,
                               $5::uuid[], $6::text[], $7::text[])
