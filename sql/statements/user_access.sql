-- Whether a user exists (a row) and whether the caller may see it.
-- kind: read
select $5::boolean
    or u.key_prefix = $3::text or u.subject = $4::text
    or exists (
       select from game.user_games ug join game.games g on g.id = ug.game_id
        where ug.bucket = u.bucket and ug.user_id = u.id and ug.n > 0
          and (g.key_prefix = $3::text or g.subject = $4::text))
    or exists (
       select from game.user_actions a join game.games g on g.id = a.game_id
        where a.bucket = u.bucket and a.user_id = u.id
          and (g.key_prefix = $3::text or g.subject = $4::text))
  from game.users u
 where u.bucket = $1::smallint and u.id = $2::uuid
