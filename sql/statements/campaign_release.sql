-- Gives claimed steps back: campaigns.release; a row for each.
-- kind: write
select r.step, r.outcome
  from campaigns.release($1::uuid[], $2::text[]) r
