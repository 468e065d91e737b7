-- Claims steps for a worker ($1) for so many seconds ($2), at most $3; a row
-- each with all that is needed to do it: campaigns.claim. begins: the run
-- began to run with this claim.
-- kind: write
select c.step, c.lease, c.run, c.tenant, c.step_id, c.skill_id, c.attempt,
       c.recoveries, c.cached, c.workflow, c.version, c.trigger_type,
       c.payload, c.change_request, c.campaign_id, c.context, c.running_us,
       c.now_us, c.outputs, c.artifacts, c.base_run, c.base_outputs,
       campaigns.begins(c.step) as begins
  from campaigns.claim($1::text, $2::integer, $3::integer) c
