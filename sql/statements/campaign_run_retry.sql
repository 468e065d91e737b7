-- Puts a run that failed back into the queue: campaigns.run_retry.
-- kind: write
select c.outcome, c.run
  from campaigns.run_retry($1::text, $2::boolean, $3::uuid) c
