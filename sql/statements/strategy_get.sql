-- One custom strategy of a realm, or of any realm when that is null.
-- kind: read
select v.* from game.strategy_views v
 where v.id = $1::uuid and ($2::text is null or v.realm_id = $2::text)
