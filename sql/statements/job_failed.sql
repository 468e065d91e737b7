-- Notes that a piece of a job failed, and puts it off: game.job_failed.
-- kind: write
select game.job_failed($1::text, $2::text, $3::bigint)
