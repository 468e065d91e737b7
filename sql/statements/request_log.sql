-- Writes what a process collected of the requests that it answered: their
-- rows, a list a column, and the counts of all by day. A process has one
-- slot; its days come in their order, so that two wait for each other
-- instead of locking up.
-- Nobody waits for the disk: a database that crashes loses the last second of
-- these rows, as it would those that were not sent.
-- kind: write
with rows as (
    insert into game.request_log
           (created_at, endpoint, method, status, duration_us, bytes,
            user_id, key_prefix, subject, realm_id, request_id)
    select 'epoch'::timestamptz + x.at * interval '1 microsecond',
           x.endpoint, x.method, x.status, x.duration_us, x.bytes,
           x.user_id, x.key_prefix, x.subject, x.realm_id, x.request_id
      from unnest($1::bigint[], $2::text[], $3::text[], $4::integer[],
                  $5::bigint[], $6::bigint[], $7::uuid[], $8::text[],
                  $9::text[], $10::text[], $11::text[])
           as x (at, endpoint, method, status, duration_us, bytes, user_id,
                 key_prefix, subject, realm_id, request_id)),
days as (
    insert into game.request_days as d
           (day, slot, n, ok, errors, duration_us)
    select date '1970-01-01' + x.day, $12::smallint, x.n, x.ok, x.errors,
           x.duration_us
      from unnest($13::integer[], $14::bigint[], $15::bigint[],
                  $16::bigint[], $17::bigint[])
           as x (day, n, ok, errors, duration_us)
     order by x.day
    on conflict (day, slot)
        do update set n = d.n + excluded.n, ok = d.ok + excluded.ok,
                      errors = d.errors + excluded.errors,
                      duration_us = d.duration_us + excluded.duration_us)
select set_config('synchronous_commit', 'off', true)
