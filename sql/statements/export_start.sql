-- Records that an export begins; its id.
-- kind: write
insert into game.export_log (dataset, format, filters, row_limit,
                             requested_by, key_prefix, subject, request_id)
values ($1::text, $2::text, $3::jsonb, $4::bigint, $5::text, $6::text,
        $7::text, $8::text)
returning id
