-- Does one piece of a job: game.job_step.
-- kind: write
select s.outcome, s.n
  from game.job_step($1::text, $2::bigint, $3::jsonb, $4::boolean) s
