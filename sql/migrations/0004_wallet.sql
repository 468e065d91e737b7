-- Points into coins: one function, one transaction, one round trip.
--
-- outcome: 'converted'; or with nothing written 'replay', 'mismatch'
-- (as in game.award) or 'short' (the balance does not cover the points).
create function game.convert(
    p_bucket smallint, p_user uuid, p_points bigint, p_key text,
    p_digest bytea, p_prefix text, p_subject text)
returns table (outcome text, movement_id uuid, rate integer, coins numeric,
               wallet_at text)
language plpgsql as $$
#variable_conflict use_column
declare
    v_wallet game.wallets%rowtype;
    v_coins  numeric;
    v_now    timestamptz;
    v_id     uuid;
begin
    -- the wallet's lock comes first: a repeat waits for the first to end
    select * into v_wallet from game.wallets w
     where w.bucket = p_bucket and w.user_id = p_user for update;
    if p_key is not null then
        return query select
            case when coalesce(m.request_digest = p_digest, true)
                 then 'replay' else 'mismatch' end,
            m.id, m.rate::integer, m.coins, game.time_sp(m.created_at)
          from game.movements m
         where m.bucket = p_bucket and m.user_id = p_user
           and m.kind = 'ConvertPointsToCoins'
           and m.idempotency_key = p_key;
        if found then
            return;
        end if;
    end if;
    if v_wallet.user_id is null or v_wallet.points_balance < p_points then
        return query select 'short', null::uuid, v_wallet.conversion_rate,
                            null::numeric, null::text;
        return;
    end if;
    v_now := greatest(clock_timestamp(),
                      v_wallet.updated_at + interval '1 microsecond');
    v_coins := round(p_points::numeric / v_wallet.conversion_rate, 12);
    update game.wallets w
       set points_balance = w.points_balance - p_points,
           coins_balance = w.coins_balance + v_coins, updated_at = v_now
     where w.bucket = p_bucket and w.user_id = p_user;
    insert into game.movements as m
           (bucket, user_id, created_at, kind, points, coins, rate, data,
            idempotency_key, request_digest, key_prefix, subject)
    values (p_bucket, p_user, v_now, 'ConvertPointsToCoins', -p_points,
            v_coins, v_wallet.conversion_rate,
            jsonb_build_object(
                'walletBefore', game.wallet_json(
                    v_wallet.points_balance, v_wallet.coins_balance,
                    v_wallet.conversion_rate, p_user, v_wallet.created_at,
                    v_wallet.updated_at),
                'walletAfter', game.wallet_json(
                    v_wallet.points_balance - p_points,
                    v_wallet.coins_balance + v_coins,
                    v_wallet.conversion_rate, p_user, v_wallet.created_at,
                    v_now)),
            p_key, p_digest, p_prefix, p_subject)
    returning m.id into v_id;
    return query select 'converted', v_id, v_wallet.conversion_rate,
                        v_coins, game.time_sp(v_now);
end
$$;

-- A wallet as it stands in the data of a conversion.
create function game.wallet_json(
    p_points bigint, p_coins numeric, p_rate integer, p_user uuid,
    p_created timestamptz, p_updated timestamptz)
returns jsonb language sql stable as $$
    select jsonb_build_object(
        'pointsBalance', p_points, 'coinsBalance', trim_scale(p_coins),
        'conversionRate', p_rate, 'userId', p_user,
        'created_at', game.time_off(p_created),
        'updated_at', game.time_off(p_updated))
$$;
