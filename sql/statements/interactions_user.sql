-- A page of a user's interactions, the newest first, and how many there are:
-- all of them, or those of the caller (by key prefix or subject) and in its
-- games. In one row at least: the first column counts, an empty page has null
-- in the others.
-- kind: read
with seen as (
    select i.created_at, i.id, i.kind, i.interaction_type,
           i.interaction_detail, i.game_id, g.external_game_id, i.task_id,
           t.external_task_id
      from game.interactions i
      left join game.games g on g.id = i.game_id
      left join game.tasks t on t.id = i.task_id
     where i.bucket = $1::smallint and i.user_id = $2::uuid
       and ($3::boolean or i.key_prefix = $4::text or i.subject = $5::text
            or g.key_prefix = $4::text or g.subject = $5::text)),
page as (
    select s.* from seen s
     order by s.created_at desc, s.id desc
     limit $6::bigint offset $7::bigint)
select c.total, p.id, game.unix_us(p.created_at), p.kind,
       p.interaction_type, p.interaction_detail, p.game_id,
       p.external_game_id, p.task_id, p.external_task_id
  from (select count(*) as total from seen) c left join page p on true
 order by p.created_at desc, p.id desc
