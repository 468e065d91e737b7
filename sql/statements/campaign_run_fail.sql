-- Ends a run that cannot go on: campaigns.run_fail.
-- kind: write
select f.outcome
  from campaigns.run_fail($1::uuid, $2::text, $3::text, $4::text) f
