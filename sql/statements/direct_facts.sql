-- What points of a direct award are computed from: is there the user; the
-- user in the game: version, awards, minutes from first to last, mean
-- points; mean points of everybody in the game.
-- kind: read
select exists (select from game.users u
                where u.bucket = $1::smallint and u.id = $2::uuid),
       coalesce(ug.version, 0), coalesce(ug.n, 0),
       coalesce(extract(epoch from ug.last_at - ug.first_at) / 60, 0),
       coalesce(ug.points::numeric / nullif(ug.n, 0), 0),
       coalesce(p.points / nullif(p.n, 0), 0)
  from (select sum(tp.points) as points, sum(tp.n) as n
          from game.task_parts tp where tp.game_id = $3::uuid) p
  left join game.user_games ug
    on ug.bucket = $1::smallint and ug.user_id = $2::uuid
   and ug.game_id = $3::uuid
