-- A page of runs: campaigns.run_page; status ($3), workflow, campaign and
-- trigger type may be null. One row at least: the first column counts all,
-- an empty page has null in the other.
-- kind: read
select p.total, p.run
  from campaigns.run_page($1::text, $2::boolean, $3::text, $4::text,
                          $5::text, $6::text, $7::text, $8::bigint,
                          $9::bigint) p
