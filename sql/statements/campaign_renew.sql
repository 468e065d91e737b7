-- Renews leases: campaigns.renew; a row for each step that was given.
-- kind: write
select r.step, r.state
  from campaigns.renew($1::uuid[], $2::text[], $3::integer) r
