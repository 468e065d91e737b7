-- What a strategy reads before it scores, all of one snapshot; only the
-- inputs of the mask ($5, GAME_INPUT_*) are looked up. Also an award that
-- the key ($8) has already, and the version of the history.
-- kind: read
select prior.outcome, prior.id, game.unix_us(prior.created_at),
       prior.points, prior.case_name,
       coalesce(ug.version, 0),
       exists (select from game.users u
                where u.bucket = $1::smallint and u.id = $2::uuid),
       game.unix_us(clock.at),
       tp.n, game.unix_us(tp.first_at), game.unix_us(tp.last_at),
       ut.n, game.unix_us(ut.first_at), game.unix_us(ut.last_at),
       game.unix_us(ut.prev_at),
       case when $5::integer & 4 <> 0 then
           (select count(*) from game.awards a
             where a.bucket = $1::smallint and a.user_id = $2::uuid
               and a.task_id = $3::uuid
               and a.created_at > clock.at - make_interval(secs => $6::float8))
       end,
       case when $5::integer & 256 <> 0 then
           exists (select from game.awards a
             where a.bucket = $1::smallint and a.user_id = $2::uuid
               and a.task_id = $3::uuid
               and a.created_at > clock.at - make_interval(secs => $7::float8))
       end,
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
         from game.task_parts p
        where p.task_id = $3::uuid and $5::integer & 17 <> 0) tp on true
  left join lateral (
       select sum(p.minutes_n)::bigint minutes_n,
              sum(p.minutes_sum) minutes_sum
         from game.task_parts p
        where p.game_id = $4::uuid and $5::integer & 512 <> 0) gp on true
  left join lateral (
       select case when a.request_digest is not distinct from $9::bytea
                   then 'replay' else 'mismatch' end outcome,
              a.id, a.created_at, a.points, a.case_name
         from game.awards a
        where a.bucket = $1::smallint and a.user_id = $2::uuid
          and a.task_id = $3::uuid and a.idempotency_key = $8::text)
       prior on true
