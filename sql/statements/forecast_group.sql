-- The experiment group of user $1, $2 in game $3, chosen when there is none.
-- kind: write
select game.experiment_group($1::smallint, $2::uuid, $3::uuid)
