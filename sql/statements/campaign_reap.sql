-- Takes expired leases back and ends runs that take too long: campaigns.reap.
-- kind: write
select r.run, r.step_id, r.what
  from campaigns.reap($1::integer, $2::integer) r
