-- Records what a user did. Gives no points and touches no wallet.
--
-- outcome: 'recorded', 'replay' or 'mismatch' (as in game.award).
create function game.act(
    p_bucket smallint, p_user uuid, p_external_user text, p_realm text,
    p_game uuid, p_task uuid, p_type text, p_description text, p_data jsonb,
    p_key text, p_digest bytea, p_prefix text, p_subject text)
returns table (outcome text, action_id uuid, created_us bigint,
               user_created boolean, data text)
language plpgsql as $$
#variable_conflict use_column
declare
    v_rows integer;
    v_new  boolean;
begin
    insert into game.users (bucket, id, external_user_id, realm_id,
                            key_prefix, subject)
    values (p_bucket, p_user, p_external_user, p_realm, p_prefix, p_subject)
    on conflict do nothing;
    get diagnostics v_rows = row_count;
    v_new := v_rows = 1;
    return query
        insert into game.user_actions as a
               (bucket, user_id, created_at, type_action, description, data,
                game_id, task_id, idempotency_key, request_digest,
                key_prefix, subject)
        values (p_bucket, p_user, clock_timestamp(), p_type, p_description,
                p_data, p_game, p_task, p_key, p_digest, p_prefix, p_subject)
        on conflict do nothing
        returning 'recorded', a.id, game.unix_us(a.created_at), v_new,
                  a.data::text;
    if not found then
        return query select
            case when coalesce(a.request_digest = p_digest, true)
                 then 'replay' else 'mismatch' end,
            a.id, game.unix_us(a.created_at), false, a.data::text
          from game.user_actions a
         where a.bucket = p_bucket and a.user_id = p_user
           and coalesce(a.task_id, a.user_id) = coalesce(p_task, p_user)
           and a.idempotency_key = p_key;
    end if;
end
$$;
