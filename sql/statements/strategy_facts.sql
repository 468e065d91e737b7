-- What a program on trial reads of the history, all of one snapshot.
-- kind: read
select game.unix_us(clock.at),
       tp.n, game.unix_us(tp.first_at), game.unix_us(tp.last_at),
       ut.n, game.unix_us(ut.first_at), game.unix_us(ut.last_at),
       game.unix_us(ut.prev_at),
       (select count(*) from game.awards a
         where a.bucket = $1::smallint and a.user_id = $2::uuid
           and a.task_id = $3::uuid
           and a.created_at > clock.at - make_interval(secs => $5::float8)),
       exists (select from game.awards a
         where a.bucket = $1::smallint and a.user_id = $2::uuid
           and a.task_id = $3::uuid
           and a.created_at > clock.at - make_interval(secs => $6::float8)),
       ug.n, gp.minutes_n, gp.minutes_sum, ug.minutes_n, ug.minutes_sum
  from (select clock_timestamp() as at) clock
  left join game.user_games ug
    on ug.bucket = $1::smallint and ug.user_id = $2::uuid
   and ug.game_id = $4::uuid
  left join game.user_tasks ut
    on ut.bucket = $1::smallint and ut.user_id = $2::uuid
   and ut.task_id = $3::uuid
  left join lateral (
       select sum(p.n)::bigint n, min(p.first_at) first_at,
              max(p.last_at) last_at
         from game.task_parts p where p.task_id = $3::uuid) tp on true
  left join lateral (
       select sum(p.minutes_n)::bigint minutes_n,
              sum(p.minutes_sum) minutes_sum
         from game.task_parts p where p.game_id = $4::uuid) gp on true
