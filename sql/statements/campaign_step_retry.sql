-- Puts a step off for another attempt: campaigns.step_retry.
-- kind: write
select r.outcome, r.run_status
  from campaigns.step_retry($1::uuid, $2::text, $3::jsonb, $4::integer) r
