-- Ends a step and all that follows from it: campaigns.step_finish.
-- kind: write
select f.outcome, f.run, f.run_status, f.released, f.campaign_status
  from campaigns.step_finish(
       $1::uuid, $2::text, $3::text, $4::json, $5::uuid, $6::json,
       $7::jsonb, $8::text, $9::integer, $10::jsonb) f
