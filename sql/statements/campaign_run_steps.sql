-- The steps of a run in their order, as a list; $4 one status or null. No
-- row for no run.
-- kind: read
select r.id,
       (select coalesce(array_to_json(array_agg(campaigns.step_json(s)
                                                order by s.ordinal)), '[]')
          from campaigns.run_steps s
         where s.run_id = r.id
           and ($4::text is null or s.status = $4::text))
  from campaigns.runs r
 where r.id = $3::uuid and ($2::boolean or r.tenant_id = $1::text)
