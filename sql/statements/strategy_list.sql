-- The custom strategies of a realm, by name, newest version first.
-- kind: read
select v.* from game.strategy_views v
 where v.realm_id = $1::text
   and ($2::text is null or v.status = $2::text)
   and ($3::text is null or v.type = $3::text)
 order by v.name, v.version desc, v.id
 limit $4::bigint
