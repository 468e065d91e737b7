-- A campaign as it is answered, and what it is generated from; no row for
-- none.
-- kind: read
select campaigns.campaign_json(c), c.tenant_id, c.status, c.version, c.name,
       c.template_id, c.config
  from campaigns.campaigns c
 where c.id = $3::uuid and c.deleted_at is null
   and ($2::boolean or c.tenant_id = $1::text)
