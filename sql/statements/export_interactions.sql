-- The next actions of an export after ($1, $2), in the order of time: those
-- of a page before $3 (microseconds, or null), $4 at most, and not much more
-- than a megabyte of data. Last a row that is none: how far the page was
-- looked through, its rows, and how many of them were meant.
-- kind: read
with page as materialized (
    select a.bucket, a.user_id, a.created_at, a.id, a.task_id, a.game_id,
           a.type_action, a.description, a.data, a.key_prefix
      from game.user_actions a
     where (a.created_at, a.id) > (timestamptz 'epoch'
               + $1::bigint * interval '1 microsecond', $2::uuid)
       and a.created_at < coalesce(timestamptz 'epoch'
               + $3::bigint * interval '1 microsecond', 'infinity')
     order by a.created_at, a.id limit 2000),
meant as (
    select p.*, u.external_user_id
      from page p
      left join game.users u on u.bucket = p.bucket and u.id = p.user_id
      left join game.tasks t on t.id = p.task_id
      left join game.games g on g.id = p.game_id
     where ($5::text is null or g.external_game_id = $5::text)
       and ($6::text is null or t.external_task_id = $6::text)),
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
               + coalesce(octet_length(w.external_user_id), 0)
               + coalesce(octet_length(w.description), 0)
               + octet_length(w.type_action)) over (
               order by w.created_at, w.id rows unbounded preceding)
               - (coalesce(octet_length(w.text), 0)
               + coalesce(octet_length(w.external_user_id), 0)
               + coalesce(octet_length(w.description), 0)
               + octet_length(w.type_action)) as size_before
      from written w)
(select game.unix_us(s.created_at), s.id, null::bigint, null::bigint,
        s.external_user_id, s.type_action, s.description, s.text, s.key_prefix
   from sized s where s.size_before < 1000000
  order by s.created_at, s.id limit $4::integer)
union all
(select game.unix_us(p.created_at), p.id, (select count(*) from page),
        (select count(*) from meant),
        null, null, null, null, null
   from page p order by p.created_at desc, p.id desc limit 1)
