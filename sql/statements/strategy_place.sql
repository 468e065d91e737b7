-- The task of a trial, among the games that the caller may use
-- (administrator, key prefix, realm, subject); the oldest when an
-- administrator sees several.
-- kind: read
select t.id, g.id, g.realm_id
  from game.games g
  join game.tasks t on t.game_id = g.id and t.deleted_at is null
 where g.external_game_id = $1::text and t.external_task_id = $2::text
   and g.deleted_at is null
   and ($3::boolean or g.key_prefix = $4::text or g.realm_id = $5::text
        or g.subject = $6::text)
 order by g.created_at, t.created_at, t.id
 limit 1
