-- What a strategy reads before it scores: game.award_facts.
-- kind: read
select * from game.award_facts(
    $1::smallint, $2::uuid, $3::uuid, $4::uuid, $5::integer, $6::float8,
    $7::float8, $8::text, $9::bytea)
