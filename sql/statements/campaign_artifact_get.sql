-- An artifact as it is answered, and where its bytes are; no row for none.
-- kind: read
select campaigns.artifact_json(a, a.step_id), a.type, a.uri,
       a.content_hash, a.size_bytes, a.filename
  from campaigns.artifacts a
 where a.id = $3::uuid and ($2::boolean or a.tenant_id = $1::text)
