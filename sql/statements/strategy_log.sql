-- Writes what a process collected of its runs: game.log_runs.
-- kind: write
select game.log_runs($1::jsonb, $2::jsonb)
