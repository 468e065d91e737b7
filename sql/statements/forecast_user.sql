-- What forecasts of game $1, strategy $2 look at of user $3, $4: the group,
-- or the one that the user would get; whether that is only so; the newest
-- award anywhere; the days with awards of the tasks of the strategy (days
-- since 1970, ascending, with commas between); whether an award on task $5
-- has the hash $6 already; whether there is the user; the time.
-- kind: read
select coalesce(c.experiment_group, game.group_candidate($1::uuid)),
       c.experiment_group is null,
       (select game.unix_us(max(ug.last_at)) from game.user_games ug
         where ug.bucket = $3::smallint and ug.user_id = $4::uuid),
       (select string_agg((x.day - date '1970-01-01')::text, ','
                          order by x.day)
          from (select distinct d.day
                  from game.tasks t
                  join game.games g on g.id = t.game_id
                  join game.user_days d
                    on d.bucket = $3::smallint and d.user_id = $4::uuid
                   and d.task_id = t.id
                 where t.game_id = $1::uuid and t.deleted_at is null
                   and coalesce(t.strategy_id, g.strategy_id)
                       = $2::text) x),
       exists (select from game.awards a
                where a.bucket = $3::smallint and a.user_id = $4::uuid
                  and a.task_id = $5::uuid
                  and octet_length(a.data ->> 'simulationHash') <= 128
                  and a.data ->> 'simulationHash' = $6::text),
       exists (select from game.users u
                where u.bucket = $3::smallint and u.id = $4::uuid),
       game.unix_us(clock_timestamp())
  from (values (1)) one
  left join game.user_configs c
    on c.bucket = $3::smallint and c.user_id = $4::uuid
   and c.game_id = $1::uuid
