-- The next movements of an export after ($1, $2), in the order of time: those
-- of a page before $3 (microseconds, or null), $4 at most, and not much more
-- than a megabyte of data. Last a row that is none: how far the page was
-- looked through, its rows, and how many of them were meant.
-- kind: read
with page as materialized (
    select m.bucket, m.user_id, m.created_at, m.id, m.kind, m.points,
           m.coins, m.rate, m.data, m.task_id, m.award_id, m.key_prefix
      from game.movements m
     where (m.created_at, m.id) > (timestamptz 'epoch'
               + $1::bigint * interval '1 microsecond', $2::uuid)
       and m.created_at < coalesce(timestamptz 'epoch'
               + $3::bigint * interval '1 microsecond', 'infinity')
     order by m.created_at, m.id limit 2000),
meant as (
    select p.bucket, p.user_id, p.created_at, p.id, p.kind,
           case when p.kind = 'ConvertPointsToCoins' then -p.points
                else p.points end as points, p.coins, p.rate,
           coalesce(p.data, a.data) as data, p.key_prefix,
           u.external_user_id
      from page p
      join game.users u on u.bucket = p.bucket and u.id = p.user_id
      left join game.awards a
        on p.kind = 'AssignPoints' and a.bucket = p.bucket
       and a.user_id = p.user_id and a.task_id = p.task_id
       and a.created_at = p.created_at and a.id = p.award_id),
light as (
    select m.*, sum(pg_column_size(m.data)) over (
               order by m.created_at, m.id rows unbounded preceding)
               - pg_column_size(m.data) as before
      from meant m),
written as (
    select l.*, l.data::text as text from light l
     where coalesce(l.before, 0) < 500000 offset 0),
sized as (
    select w.*, sum(coalesce(octet_length(w.text), 0)
               + octet_length(w.external_user_id)) over (
               order by w.created_at, w.id rows unbounded preceding)
               - (coalesce(octet_length(w.text), 0)
               + octet_length(w.external_user_id)) as size_before
      from written w)
(select game.unix_us(s.created_at), s.id, null::bigint, null::bigint,
        s.external_user_id, s.kind, s.points, s.coins, s.rate, s.text,
        s.key_prefix
   from sized s where s.size_before < 1000000
  order by s.created_at, s.id limit $4::integer)
union all
(select game.unix_us(p.created_at), p.id, (select count(*) from page),
        (select count(*) from meant),
        null, null, null, null, null, null, null
   from page p order by p.created_at desc, p.id desc limit 1)
