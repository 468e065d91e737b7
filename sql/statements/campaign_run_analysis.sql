-- What the cache did for a run, as it is answered; no row for no run.
-- kind: read
select campaigns.analysis(r.id)
  from campaigns.runs r
 where r.id = $3::uuid and ($2::boolean or r.tenant_id = $1::text)
