-- The records of the tasks of game $1 that score with strategy $2, for user
-- $3, $4: awards of everybody by quarter of the day, the user's own, and the
-- params of each task as a list of [key, value].
-- kind: read
select t.external_task_id,
       coalesce(p.s0, 0), coalesce(p.s1, 0), coalesce(p.s2, 0),
       coalesce(p.s3, 0), coalesce(ut.n, 0), game.unix_us(ut.first_at),
       game.unix_us(ut.last_at),
       (select jsonb_agg(jsonb_build_array(tp.key, tp.value)
                         order by tp.position)
          from game.task_params tp where tp.task_id = t.id)
  from game.tasks t
  join game.games g on g.id = t.game_id
  left join lateral (
       select sum(x.slot_0)::bigint s0, sum(x.slot_1)::bigint s1,
              sum(x.slot_2)::bigint s2, sum(x.slot_3)::bigint s3
         from game.task_parts x where x.task_id = t.id) p on true
  left join game.user_tasks ut
    on ut.bucket = $3::smallint and ut.user_id = $4::uuid
   and ut.task_id = t.id
 where t.game_id = $1::uuid and t.deleted_at is null
   and coalesce(t.strategy_id, g.strategy_id) = $2::text
 order by t.created_at, t.id
