-- The context of a run as JSON text, or null; no row for no run.
-- kind: read
select r.context::text
  from campaigns.runs r
 where r.id = $3::uuid and ($2::boolean or r.tenant_id = $1::text)
