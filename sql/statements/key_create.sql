-- Makes an API key; no row when prefix or digest is there already.
-- kind: write
insert into game.api_keys (prefix, digest, client, description, realm_id,
                           created_by)
values ($1::text, $2::bytea, $3::text, $4::text, $5::text, $6::text)
on conflict do nothing
returning prefix
