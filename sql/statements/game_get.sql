-- One game with its params, for the catalog.
-- kind: read
select g.id, g.external_game_id, g.platform, g.strategy_id, g.key_prefix,
       g.subject, g.realm_id, g.version, game.unix_us(g.created_at),
       game.unix_us(g.updated_at), p.id, p.key, p.value
  from game.games g
  left join game.game_params p on p.game_id = g.id
 where g.id = $1::uuid and g.deleted_at is null
 order by p.position
