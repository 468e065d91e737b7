-- Stores the input hash of a step, and looks it up: campaigns.step_input.
-- kind: write
select i.outcome, i.cache_id, i.artifact_ids, i.data, i.artifacts
  from campaigns.step_input($1::uuid, $2::text, $3::text, $4::boolean) i
