-- A page of the API keys, the newest first.
-- kind: read
select k.prefix, k.client, k.description, k.created_by,
       game.unix_us(k.created_at), k.active
  from game.api_keys k
 order by k.created_at desc, k.prefix desc
 limit $1::bigint offset $2::bigint
