-- All versions of a custom strategy's family, newest first; no row when the
-- strategy is not the realm's.
-- kind: read
select v.* from game.strategies s
  join game.strategy_views v on v.realm_id = s.realm_id and v.name = s.name
 where s.id = $1::uuid and s.realm_id = $2::text
 order by v.version desc
