-- What became of a run after an event ($4; 0: from the start), at most $5:
-- the run's status now, then number, kind (run, step) and row as JSON. One
-- row at least, with null for no event; no row for no run.
-- kind: read
select r.status, e.seq, e.kind, e.data
  from campaigns.runs r
  left join lateral (
       select v.seq, v.kind, v.data from campaigns.run_events v
        where v.run_id = r.id and v.seq > $4::bigint
        order by v.seq limit $5::bigint) e on true
 where r.id = $3::uuid and ($2::boolean or r.tenant_id = $1::text)
 order by e.seq
