-- Where the manifest of a campaign is: for everybody when it is served, else
-- for its owner. No row: there is none.
-- kind: read
select a.id, a.uri, a.content_hash, c.manifest_checksum,
       campaigns.is_served(c), c.bundle_url
  from campaigns.campaigns c
  join campaigns.artifacts a on a.id = c.manifest_artifact_id
 where c.id = $3::uuid and c.deleted_at is null
   and (campaigns.is_served(c) or $2::boolean or c.tenant_id = $1::text)
