-- Makes a run with its steps, or says why not: campaigns.run_create.
-- kind: write
select c.outcome, c.run_id, c.created_us, c.run
  from campaigns.run_create(
       $1::text, $2::boolean, $3::text, $4::text, $5::uuid, $6::text,
       $7::text, $8::jsonb, $9::uuid, $10::jsonb, $11::uuid, $12::integer,
       $13::text, $14::text, $15::jsonb, $16::json) c
