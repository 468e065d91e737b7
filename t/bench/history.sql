-- Awards of earlier days for bench.py, with everything that booking them
-- would have written: :per_user awards in :'task' for each of the users whose
-- external ids match :'users', all of them already known.
--
-- One point an award, three minutes in its data; the last a day ago, the
-- awards of a user ten seconds apart.

begin;

create temporary table history on commit drop as
select u.bucket, u.id user_id, u.key_prefix, t.id task_id, t.game_id,
       date_trunc('second', now()) - interval '1 day'
           - make_interval(secs => 10 * (:per_user - n) + 0.001 * u.seat)
           created_at,
       gen_random_uuid() id
  from (select bucket, id, key_prefix,
               row_number() over (order by bucket, id) seat
          from game.users where external_user_id like :'users') u
 cross join (select id, game_id from game.tasks where id = :'task') t
 cross join generate_series(1, :per_user) n
 order by u.bucket, u.id, n;

insert into game.awards (bucket, user_id, task_id, created_at, id, game_id,
                         points, case_name, description, data, key_prefix)
select bucket, user_id, task_id, created_at, id, game_id, 1, 'history',
       'Points assigned by GAME', '{"minutes": 3}', key_prefix
  from history;

insert into game.movements (bucket, user_id, created_at, kind, points,
                            task_id, award_id, key_prefix)
select bucket, user_id, created_at, 'AssignPoints', 1, task_id, id, key_prefix
  from history;

update game.wallets w
   set points_balance = w.points_balance + h.n
  from (select bucket, user_id, count(*) n from history group by 1, 2) h
 where w.bucket = h.bucket and w.user_id = h.user_id;

insert into game.user_tasks (bucket, user_id, task_id, game_id, n, points,
                             first_at, last_at, prev_at)
select bucket, user_id, task_id, game_id, count(*), count(*),
       min(created_at), max(created_at),
       (array_agg(created_at order by created_at desc))[2]
  from history group by 1, 2, 3, 4;

insert into game.user_games (bucket, user_id, game_id, version, n, points,
                             first_at, last_at, minutes_n, minutes_sum)
select bucket, user_id, game_id, count(*), count(*), count(*),
       min(created_at), max(created_at), count(*), 3 * count(*)
  from history group by 1, 2, 3;

insert into game.task_parts (task_id, bucket, game_id, n, points, first_at,
                             last_at, minutes_n, minutes_sum)
select task_id, bucket, game_id, count(*), count(*), min(created_at),
       max(created_at), count(*), 3 * count(*)
  from history group by 1, 2, 3;

commit;
