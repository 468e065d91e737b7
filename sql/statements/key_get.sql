-- A key by its prefix: prefix, digest in hex, realm, admin, active.
-- kind: read
select prefix, encode(digest, 'hex'), realm_id, admin, active
  from game.api_keys
 where prefix = $1::text
