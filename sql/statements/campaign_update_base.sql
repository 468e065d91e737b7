-- What an update run is planned from: campaigns.update_base. One row.
-- kind: read
select b.outcome, b.tenant, b.workflow, b.version, b.payload,
       b.campaign_id, b.context, b.steps, b.artifacts
  from campaigns.update_base($1::text, $2::boolean, $3::uuid) b
