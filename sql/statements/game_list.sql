-- A page of the games that a caller may see, in one row at least: the first
-- column counts all of them, an empty page has null in the others.
-- kind: read
with seen as (
    select g.* from game.games g
     where g.deleted_at is null
       and ($1::boolean or g.key_prefix = $2::text or g.realm_id = $3::text
            or g.subject = $4::text)
       and position($5::text in g.platform) > 0
       and position($6::text in g.external_game_id) > 0),
page as (
    select s.*, row_number() over (order by
               case $7::text when 'externalGameId' then s.external_game_id
                             when 'platform' then s.platform
                             when 'strategyId' then s.strategy_id
                             when 'apiKey_used' then s.key_prefix
                             when 'oauth_user_id' then s.subject end,
               case $7::text when '-externalGameId' then s.external_game_id
                             when '-platform' then s.platform
                             when '-strategyId' then s.strategy_id
                             when '-apiKey_used' then s.key_prefix
                             when '-oauth_user_id' then s.subject end desc,
               case $7::text when 'created_at' then s.created_at
                             when 'updated_at' then s.updated_at end,
               case $7::text when '-created_at' then s.created_at
                             when '-updated_at' then s.updated_at end desc,
               case $7::text when 'id' then s.id end,
               case $7::text when '-id' then s.id end desc,
               s.created_at, s.id) as n
      from seen s
     order by n limit $8::bigint offset $9::bigint)
select c.total, p.id, game.unix_us(p.created_at), game.unix_us(p.updated_at),
       p.external_game_id, p.strategy_id, p.platform,
       game.game_params_json(p.id)
  from (select count(*) as total from seen) c left join page p on true
 order by p.n
