-- Tasks of one external id in games of the caller's realm, those of games that the caller may use
-- (administrator, key prefix, realm, subject) first; two tell enough.
-- kind: read
select t.id, g.id, g.realm_id,
       coalesce($4::boolean or g.key_prefix = $5::text
                or g.realm_id = $6::text or g.subject = $7::text,
                false) as mine
  from game.tasks t
  join game.games g on g.id = t.game_id and g.deleted_at is null
 where t.external_task_id = $1::text and t.deleted_at is null
   and ($4::boolean or g.realm_id is not distinct from $6::text
        or g.subject = $7::text)
   and ($2::uuid is null or g.id = $2::uuid)
   and ($3::text is null or g.external_game_id = $3::text)
 order by mine desc, t.created_at, t.id
 limit 2
