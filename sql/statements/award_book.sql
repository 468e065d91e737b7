-- Books a scored event: game.award.
-- kind: write
select * from game.award(
    $1::smallint, $2::uuid, $3::text, $4::text, $5::uuid, $6::bigint,
    $7::uuid, $8::bigint, $9::bigint, $10::bigint, $11::text, $12::jsonb,
    $13::text, $14::text, $15::bytea, $16::text, $17::text, $18::integer,
    $19::boolean, $20::bigint, $21::smallint, $22::smallint)
