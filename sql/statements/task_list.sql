-- A page of the tasks of a game, a row for each of their params, in one row
-- at least: the last column counts all tasks, an empty page has null in the
-- others.
-- kind: read
with seen as (
    select t.*, coalesce(t.strategy_id, g.strategy_id) as effective_id
      from game.tasks t
      join game.games g on g.id = t.game_id and g.deleted_at is null
     where t.game_id = $1::uuid and t.deleted_at is null),
page as (
    select s.*, row_number() over (order by
               case $2::text when 'externalTaskId' then s.external_task_id
                             when 'status' then s.status
                             when 'strategyId' then s.effective_id
                             when 'apiKey_used' then s.key_prefix
                             when 'oauth_user_id' then s.subject end,
               case $2::text when '-externalTaskId' then s.external_task_id
                             when '-status' then s.status
                             when '-strategyId' then s.effective_id
                             when '-apiKey_used' then s.key_prefix
                             when '-oauth_user_id' then s.subject end desc,
               case $2::text when 'created_at' then s.created_at
                             when 'updated_at' then s.updated_at end,
               case $2::text when '-created_at' then s.created_at
                             when '-updated_at' then s.updated_at end desc,
               case $2::text when 'id' then s.id end,
               case $2::text when '-id' then s.id end desc,
               s.created_at, s.id) as n
      from seen s
     order by n limit $3::bigint offset $4::bigint)
select t.id, t.external_task_id, t.strategy_id, t.status, t.version,
       p.id, p.key, p.value, game.unix_us(t.created_at),
       game.unix_us(t.updated_at), c.total
  from (select count(*) as total from seen) c
  left join page t on true
  left join game.task_params p on p.task_id = t.id
 order by t.n, p.position
