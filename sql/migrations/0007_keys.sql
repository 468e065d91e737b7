-- Makes an API key and answers its plaintext, which is kept nowhere: the
-- table has its public prefix and its digest.
--
--   select game.create_key('setup', 'first key of this server', true);
--
-- An administrator's key opens the endpoints that otherwise want an
-- administrator's bearer token; make the others through POST
-- /apikey/create.
create function game.create_key(
    p_client text, p_description text default '', p_admin boolean default
    false, p_realm text default null)
returns text language plpgsql volatile as $$
declare
    v_random bytea;
    v_prefix text;
    v_key    text;
begin
    -- 122 random bits an id; the digest spreads four of them over 32 bytes
    v_random := sha256(uuid_send(gen_random_uuid())
                       || uuid_send(gen_random_uuid()))
             || sha256(uuid_send(gen_random_uuid())
                       || uuid_send(gen_random_uuid()));
    v_prefix := 'gme_live_'
        || translate(encode(substr(v_random, 33, 6), 'base64'), '+/', '-_');
    v_key := v_prefix || '.'
        || translate(encode(substr(v_random, 1, 24), 'base64'), '+/', '-_');
    insert into game.api_keys (prefix, digest, client, description, admin,
                               realm_id, created_by)
    values (v_prefix, sha256(convert_to(v_key, 'UTF8')), p_client,
            p_description, p_admin, p_realm, current_user);
    return v_key;
end
$$;

-- The first administrator's key of a new server.
create function game.create_admin_key(p_client text) returns text
language sql volatile as $$
    select game.create_key(p_client, 'administrator', true)
$$;
