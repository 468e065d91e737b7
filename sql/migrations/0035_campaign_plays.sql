-- Plays: the limits of a player, one finish each, and points for it; and the
-- job that clears up behind campaigns.

create function campaigns.play_facts(p_campaign uuid, p_player text)
returns table (status text, tenant text, rules json,
               win_probability double precision, checksum text, run uuid,
               game uuid, now_us bigint, plays bigint, minute_n bigint,
               hour_n bigint, minute_us bigint, hour_us bigint, bundle text)
language sql stable as $$
    select case when campaigns.is_served(c) then 'live' else c.status end,
           c.tenant_id, c.rules::json, c.win_probability,
           c.manifest_checksum, c.live_run_id, c.game_id,
           game.unix_us(n.at), coalesce(l.plays, 0)::bigint, h.minute_n,
           h.hour_n, game.unix_us(h.minute_at), game.unix_us(h.hour_at),
           c.bundle_url
      from campaigns.campaigns c
     cross join (select clock_timestamp() as at offset 0) n
     cross join lateral (
           select max(p.play_no) as plays from campaigns.plays p
            where p.campaign_id = c.id and p.player_key = p_player) l
     cross join lateral (
           select count(*) as hour_n, min(p.started_at) as hour_at,
                  count(*) filter (where p.started_at
                      > n.at - interval '1 minute') as minute_n,
                  min(p.started_at) filter (where p.started_at
                      > n.at - interval '1 minute') as minute_at
             from campaigns.plays p
            where p.campaign_id = c.id and p.player_key = p_player
              and p.started_at > n.at - interval '1 hour') h
     where c.id = p_campaign and c.deleted_at is null
$$;

-- When a window of so many plays has room again; null when it has now.
create function campaigns.window_full(
    p_campaign uuid, p_player text, p_max integer, p_window interval)
returns timestamptz language sql volatile as $$
    select w.started_at + p_window
      from (select p.started_at from campaigns.plays p
             where p.campaign_id = p_campaign and p.player_key = p_player
               and p.started_at > clock_timestamp() - p_window
             order by p.started_at desc
            offset greatest(p_max, 1) - 1 limit 1) w
     where p_max is not null
$$;

create function campaigns.play_start(
    p_campaign uuid, p_player text, p_anonymous boolean, p_checksum text,
    p_max integer, p_minute integer, p_hour integer, p_outcome text,
    p_prize text, p_probability double precision, p_region text,
    p_token bytea)
returns table (outcome text, play uuid, play_no integer, started_us bigint,
               retry_us bigint)
language plpgsql as $$
#variable_conflict use_column
declare
    v_row   campaigns.campaigns;
    v_plays integer;
    v_free  timestamptz;
begin
    perform pg_advisory_xact_lock(hashtextextended(
        'play ' || p_campaign || ' ' || p_player, 35));
    select * into v_row from campaigns.campaigns c where c.id = p_campaign;
    select coalesce(max(p.play_no), 0) into v_plays from campaigns.plays p
     where p.campaign_id = p_campaign and p.player_key = p_player;
    if not coalesce(campaigns.is_served(v_row), false)
       or v_row.manifest_checksum is distinct from p_checksum then
        outcome := 'moved';
    elsif v_plays >= p_max then
        outcome := 'max';
    else
        v_free := campaigns.window_full(p_campaign, p_player, p_minute,
                                        interval '1 minute');
        outcome := case when v_free is not null then 'minute' end;
        if outcome is null then
            v_free := campaigns.window_full(p_campaign, p_player, p_hour,
                                            interval '1 hour');
            outcome := case when v_free is not null then 'hour' end;
        end if;
        retry_us := game.unix_us(v_free);
    end if;
    if outcome is null then
        insert into campaigns.plays as p
               (campaign_id, tenant_id, player_key, anonymous, play_no,
                outcome, prize, win_probability, region, run_id,
                manifest_checksum, token_hash)
        values (p_campaign, v_row.tenant_id, p_player, p_anonymous,
                v_plays + 1, p_outcome, p_prize, p_probability, p_region,
                v_row.live_run_id, v_row.manifest_checksum, p_token)
        returning 'started', p.id, p.play_no, game.unix_us(p.started_at)
             into outcome, play, play_no, started_us;
    end if;
    return next;
end
$$;

-- Whether a play may be finished with this token; null when it may.
create function campaigns.play_refusal(p_play campaigns.plays, p_token bytea)
returns text language sql immutable as $$
    select case when p_play.id is null then 'missing'
                when p_play.status = 'finished' then 'used'
                when p_play.status = 'expired' then 'expired'
                when p_play.token_hash is distinct from p_token then 'token'
           end
$$;

create function campaigns.play_open(
    p_campaign uuid, p_play uuid, p_token bytea)
returns table (outcome text, player text, anonymous boolean, result text,
               run uuid, checksum text, game uuid, realm text,
               key_prefix text, subject text)
language sql stable as $$
    select coalesce(campaigns.play_refusal(p, p_token), 'open'),
           p.player_key, p.anonymous, p.outcome, p.run_id,
           p.manifest_checksum, g.id, g.realm_id, c.api_key_used,
           c.oauth_user_id
      from (select 1) one
      left join campaigns.plays p
        on p.id = p_play and p.campaign_id = p_campaign
      left join campaigns.campaigns c on c.id = p.campaign_id
      left join game.games g on g.id = c.game_id and g.deleted_at is null
$$;

-- Books the awards of a play, all or, with SQLSTATE GM031, none: the message
-- is what the one that failed was refused with.
create function campaigns.play_awards(
    p_play uuid, p_bucket smallint, p_user uuid, p_external text,
    p_realm text, p_game uuid, p_game_version bigint, p_history bigint,
    p_tasks uuid[], p_versions bigint[], p_points bigint[],
    p_cases text[], p_data text[], p_grids bigint[], p_rows smallint[],
    p_cols smallint[], p_prefix text, p_subject text, p_rate integer,
    p_allow_negative boolean)
returns bigint language plpgsql as $$
declare
    v_award   record;
    v_history bigint := p_history;
    v_points  bigint := 0;
begin
    for i in 1 .. coalesce(cardinality(p_tasks), 0) loop
        select * into v_award from game.award(
            p_bucket, p_user, p_external, p_realm, p_game, p_game_version,
            p_tasks[i], p_versions[i], v_history, p_points[i], p_cases[i],
            p_data[i]::jsonb, 'Campaign play', p_play::text, null, p_prefix,
            p_subject, p_rate, p_allow_negative, p_grids[i], p_rows[i],
            p_cols[i]);
        if v_award.outcome not in ('booked', 'replay') then
            raise sqlstate 'GM031' using message = v_award.outcome;
        end if;
        v_points := v_points + v_award.points;
        if v_award.outcome = 'booked' then
            v_history := v_history + 1;
        end if;
    end loop;
    return v_points;
end
$$;

create function campaigns.play_book(
    p_campaign uuid, p_play uuid, p_token bytea, p_duration_ms bigint,
    p_result jsonb, p_bucket smallint, p_user uuid, p_external text,
    p_realm text, p_game uuid, p_game_version bigint, p_history bigint,
    p_tasks uuid[], p_versions bigint[], p_points bigint[],
    p_cases text[], p_data text[], p_grids bigint[], p_rows smallint[],
    p_cols smallint[], p_prefix text, p_subject text, p_rate integer,
    p_allow_negative boolean)
returns table (outcome text, points bigint, play json)
language plpgsql as $$
#variable_conflict use_column
declare
    v_play campaigns.plays;
begin
    select * into v_play from campaigns.plays p
     where p.id = p_play and p.campaign_id = p_campaign
       for no key update;
    outcome := campaigns.play_refusal(v_play, p_token);
    if outcome is not null then
        return next;
        return;
    end if;
    points := 0;
    if p_user is not null and not v_play.anonymous then
        points := campaigns.play_awards(
            p_play, p_bucket, p_user, p_external, p_realm, p_game,
            p_game_version, p_history, p_tasks, p_versions, p_points,
            p_cases, p_data, p_grids, p_rows, p_cols, p_prefix, p_subject,
            p_rate, p_allow_negative);
        perform game.act(
            p_bucket, p_user, p_external, p_realm, p_game, p_tasks[1],
            'CAMPAIGN_PLAY', 'Campaign play', jsonb_build_object(
                'campaignId', p_campaign, 'playId', p_play,
                'outcome', v_play.outcome, 'runId', v_play.run_id,
                'manifestChecksum', v_play.manifest_checksum),
            p_play::text, null, p_prefix, p_subject);
    end if;
    update campaigns.plays p
       set status = 'finished', finished_at = clock_timestamp(),
           token_hash = null, points_awarded = points,
           duration_ms = p_duration_ms, player_result = p_result
     where p.id = p_play
    returning * into v_play;
    outcome := 'finished';
    play := campaigns.play_json(v_play);
    return next;
exception when sqlstate 'GM031' then
    outcome := sqlerrm;
    points := null;
    return next;
end
$$;

-- A campaign's plays for its owner; one row at least, none for no campaign.
create function campaigns.play_page(
    p_tenant text, p_admin boolean, p_campaign uuid, p_player text,
    p_status text, p_order text, p_limit bigint, p_offset bigint)
returns table (total bigint, play json)
language sql stable as $$
    select g.total, campaigns.play_json(p)
      from campaigns.campaigns c
     cross join lateral campaigns.page(array(
           select (p.id, case ltrim(p_order, '-')
               when 'startedAt' then campaigns.time_key(p.started_at)
               when 'finishedAt' then campaigns.time_key(p.finished_at)
               when 'outcome' then p.outcome
               when 'playerKey' then p.player_key
               end, p.started_at)::campaigns.placed
             from campaigns.plays p
            where p.campaign_id = c.id
              and (p_player is null or p.player_key = p_player)
              and (p_status is null or p.status = p_status)),
           p_order, p_limit, p_offset) g
      left join campaigns.plays p on p.id = g.id
     where c.id = p_campaign and c.deleted_at is null
       and (p_admin or c.tenant_id = p_tenant)
     order by g.n
$$;

-- ------------------------------------------------------------------- job

-- One batch of one kind of what is old: 0 cache entries that expired, 1 those
-- of runs that ended long ago, 2 events of such runs, 3 plays that nobody
-- finished. How many there were.
create function campaigns.sweep(
    p_kind integer, p_batch integer, p_ended timestamptz,
    p_started timestamptz)
returns bigint language plpgsql as $$
declare
    v_rows bigint := 0;
begin
    if p_kind = 0 then
        delete from campaigns.step_cache c
         where c.id = any (array(
               select o.id from campaigns.step_cache o
                where o.expires_at < clock_timestamp()
                order by o.expires_at limit p_batch
                  for update skip locked));
    elsif p_kind = 1 then
        delete from campaigns.step_cache c
         where c.id = any (array(
               select o.id from campaigns.step_cache o
                 join campaigns.runs r on r.id = o.run_id
                where r.completed_at < p_ended limit p_batch
                  for update of o skip locked));
    elsif p_kind = 2 then
        delete from campaigns.run_events e
         where (e.run_id, e.seq) in (
               select o.run_id, o.seq from campaigns.run_events o
                 join campaigns.runs r on r.id = o.run_id
                where o.at < p_ended and r.completed_at < p_ended
                order by o.at limit p_batch);
    else
        update campaigns.plays p
           set status = 'expired', token_hash = null
         where p.id = any (array(
               select o.id from campaigns.plays o
                where o.status = 'started' and o.started_at < p_started
                order by o.started_at limit p_batch
                  for no key update skip locked));
    end if;
    get diagnostics v_rows = row_count;
    return v_rows;
end
$$;

create function game.job_campaigns(
    p_args jsonb, p_cursor jsonb, out next jsonb, out n bigint)
language plpgsql as $$
declare
    v_now    timestamptz := clock_timestamp();
    v_kind   integer := coalesce((p_cursor ->> 'kind')::integer, 0);
    v_batch  integer := coalesce((p_args ->> 'batch')::integer, 1000);
begin
    n := 0;
    while v_kind < 4 and n = 0 loop
        n := campaigns.sweep(v_kind, v_batch,
            v_now - make_interval(days => coalesce(
                (p_args ->> 'events_days')::integer, 7)),
            v_now - make_interval(mins => coalesce(
                (p_args ->> 'plays_minutes')::integer, 1440)));
        if n < v_batch then
            v_kind := v_kind + 1;
        end if;
    end loop;
    next := case when v_kind < 4 then jsonb_build_object('kind', v_kind) end;
end
$$;
