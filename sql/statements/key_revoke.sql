-- Revokes an API key, once; no row when there is no such key.
-- kind: write
update game.api_keys k
   set active = false,
       revoked_at = coalesce(k.revoked_at, now()),
       updated_at = case when k.active then now() else k.updated_at end
 where k.prefix = $1::text
returning k.prefix
