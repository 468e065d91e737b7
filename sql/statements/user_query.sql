-- Points of many users over the games that the caller may use. Users are
-- three lists of one length: external ids, buckets, ids. A user whom the
-- caller may not see is answered as one who does not exist.
-- kind: read
with asked as (
    select a.external_id, a.bucket, a.id, a.position
      from unnest($1::text[], $2::smallint[], $3::uuid[])
           with ordinality as a (external_id, bucket, id, position)),
seen as (
    select u.bucket, u.id
      from (select distinct bucket, id from asked) a
      join game.users u on u.bucket = a.bucket and u.id = a.id
     where $4::boolean or $6::text is not null
        or u.key_prefix = $5::text or u.subject = $7::text
        or ($5::text is null and u.external_user_id = $7::text)
        or (select true from game.user_games ug
              join game.games g on g.id = ug.game_id
             where ug.bucket = u.bucket and ug.user_id = u.id and ug.n > 0
               and (g.key_prefix = $5::text or g.subject = $7::text)
             limit 1)
        or (select true from game.user_actions ua
              join game.games g on g.id = ua.game_id
             where ua.bucket = u.bucket and ua.user_id = u.id
               and (g.key_prefix = $5::text or g.subject = $7::text)
             limit 1)),
sums as (
    select ut.bucket, ut.user_id, ut.points, ut.n, ut.task_id,
           t.external_task_id, t.created_at as task_at, g.id as game_id,
           g.external_game_id, g.created_at as game_at
      from seen s
      join game.user_tasks ut
        on ut.bucket = s.bucket and ut.user_id = s.id
      join game.tasks t on t.id = ut.task_id and t.deleted_at is null
      join game.games g on g.id = ut.game_id and g.deleted_at is null
     where $4::boolean or g.key_prefix = $5::text
        or g.realm_id = $6::text or g.subject = $7::text),
totals as (
    select bucket, user_id, sum(points)::bigint as points,
           sum(n)::bigint as n
      from sums group by 1, 2),
games as (
    select s.bucket, s.user_id, s.game_id, s.game_at, s.external_game_id,
           sum(s.points)::bigint as points, sum(s.n)::bigint as n,
           array_agg(row_to_json(x) order by s.task_at, s.task_id) as tasks
      from sums s
     cross join lateral (
           select array_agg(row_to_json(d) order by a.created_at, a.id)
                      as list
             from game.awards a
            cross join lateral (
                  select a.points, a.case_name as "caseName",
                         game.time_off(a.created_at) as created_at) d
            where a.bucket = s.bucket and a.user_id = s.user_id
              and a.task_id = s.task_id) each
     cross join lateral (
           select s.external_task_id as "externalTaskId",
                  each.list as "pointsData") x
     where s.points > 0
     group by 1, 2, 3, 4, 5),
lists as (
    select g.bucket, g.user_id,
           array_to_json(array_agg(row_to_json(x)
               order by g.game_at, g.game_id)) as games
      from games g
     cross join lateral (
           select g.external_game_id as "externalGameId", g.points,
                  g.n as "timesAwarded", g.tasks) x
     group by 1, 2)
select coalesce(array_to_json(array_agg(row_to_json(x)
           order by a.position)), '[]'::json)
  from asked a
  left join seen s on s.bucket = a.bucket and s.id = a.id
  left join totals t on t.bucket = a.bucket and t.user_id = a.id
  left join lists l on l.bucket = a.bucket and l.user_id = a.id
 cross join lateral (
       select a.external_id as "externalUserId",
              coalesce(t.points, 0) as points,
              coalesce(t.n, 0) as "timesAwarded",
              coalesce(l.games, '[]'::json) as games,
              s.id is not null as "userExists") x
