-- Answers the experiment group of user $1, $2 in game $3, chosen when there
-- is none; then makes the user when there is none, with external id $4, in
-- realm $5, by subject $6. In this order, as an award does both.
-- kind: write
with chosen as materialized (
    select game.experiment_group($1::smallint, $2::uuid, $3::uuid) as name),
made as (
    insert into game.users (bucket, id, external_user_id, realm_id, subject)
    select $1::smallint, $2::uuid, $4::text, $5::text, $6::text from chosen
    on conflict do nothing)
select name from chosen
