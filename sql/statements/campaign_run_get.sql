-- A run as it is answered; no row for none.
-- kind: read
select campaigns.run_json(r)
  from campaigns.runs r
 where r.id = $3::uuid and ($2::boolean or r.tenant_id = $1::text)
