-- Forgets what steps of a workflow ($3) made, of all or of one ($4). How many
-- entries there were.
-- kind: write
with gone as (
    delete from campaigns.step_cache c
     where ($2::boolean or c.tenant_id = $1::text)
       and c.workflow_name = $3::text
       and ($4::text is null or c.step_id = $4::text)
    returning 1)
select count(*) from gone
