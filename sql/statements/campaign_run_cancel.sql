-- Cancels a run, or asks for it: campaigns.run_cancel.
-- kind: write
select c.outcome, c.run
  from campaigns.run_cancel($1::text, $2::boolean, $3::uuid) c
