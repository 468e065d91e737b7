-- The next users of an export after ($1, $2), in the order of time: those of
-- a page before $3 (microseconds, or null), $4 at most, and not much more
-- than a megabyte. Last a row that is none: how far the page was looked
-- through, its rows, and how many of them were meant.
-- kind: read
with page as materialized (
    select u.created_at, u.id, u.external_user_id, u.updated_at,
           u.key_prefix, u.subject
      from game.users u
     where (u.created_at, u.id) > (timestamptz 'epoch'
               + $1::bigint * interval '1 microsecond', $2::uuid)
       and u.created_at < coalesce(timestamptz 'epoch'
               + $3::bigint * interval '1 microsecond', 'infinity')
     order by u.created_at, u.id limit 2000),
meant as (
    select p.*
      from page p),
sized as (
    select w.*, sum(octet_length(w.external_user_id)) over (
               order by w.created_at, w.id rows unbounded preceding)
               - (octet_length(w.external_user_id)) as size_before
      from meant w)
(select game.unix_us(s.created_at), s.id, null::bigint, null::bigint,
        s.external_user_id, game.unix_us(s.updated_at), s.key_prefix,
        s.subject
   from sized s where s.size_before < 1000000
  order by s.created_at, s.id limit $4::integer)
union all
(select game.unix_us(p.created_at), p.id, (select count(*) from page),
        (select count(*) from meant),
        null, null, null, null
   from page p order by p.created_at desc, p.id desc limit 1)
