-- Finishes a play and books its points: campaigns.play_book.
-- kind: write
select b.outcome, b.points, b.play
  from campaigns.play_book(
       $1::uuid, $2::uuid, $3::bytea, $4::bigint, $5::jsonb, $6::smallint,
       $7::uuid, $8::text, $9::text, $10::uuid, $11::bigint, $12::bigint,
       $13::uuid[], $14::bigint[], $15::bigint[], $16::text[], $17::text[],
       $18::bigint[], $19::smallint[], $20::smallint[], $21::text,
       $22::text, $23::integer, $24::boolean) b
