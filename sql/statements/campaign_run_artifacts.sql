-- The artifacts of a run, those of older runs that it reuses included, as a
-- list; of one step ($4) and one type ($5), or null. No row for no run.
-- kind: read
select r.id,
       (select coalesce(array_to_json(array_agg(
                   campaigns.artifact_json(l.artifact, l.step_id)
                   order by l.n)), '[]')
          from campaigns.run_artifacts(r.id) l
         where ($4::text is null or l.step_id = $4::text)
           and ($5::text is null or (l.artifact).type = $5::text))
  from campaigns.runs r
 where r.id = $3::uuid and ($2::boolean or r.tenant_id = $1::text)
