-- Writes what a process collected for the audit log: a list a column.
-- Nobody waits for the disk: a database that crashes loses the last second of
-- these rows, as it would those that were not sent.
-- kind: write
with rows as (
    insert into game.audit_log
           (created_at, level, module, message, details, key_prefix,
            subject, realm_id, request_id)
    select 'epoch'::timestamptz + x.at * interval '1 microsecond',
           x.level, x.module, x.message, x.details, x.key_prefix,
           x.subject, x.realm_id, x.request_id
      from unnest($1::bigint[], $2::text[], $3::text[], $4::text[],
                  $5::jsonb[], $6::text[], $7::text[], $8::text[],
                  $9::text[])
           as x (at, level, module, message, details, key_prefix, subject,
                 realm_id, request_id))
select set_config('synchronous_commit', 'off', true)
