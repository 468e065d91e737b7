-- Campaigns: their rows, and what becomes of them when a run publishes one.

-- ------------------------------------------------------------ publishing

-- Name of the GAME game of a campaign (spec 8).
create function campaigns.game_name(p_campaign text) returns text
language sql immutable as $$
    select case when s.name = 'campaign-' || p_campaign
                     and char_length(s.name) <= 60 then s.name
           else left(s.name, 51) || '-' || left(encode(sha256(convert_to(
                    p_campaign, 'UTF8')), 'hex'), 8) end
      from (select 'campaign-' || regexp_replace(lower(p_campaign),
                       '[^a-z0-9_-]', '-', 'g') as name) s
$$;

-- The campaign's game with its two tasks: the one that it has, one of that
-- name which is its owner's, or a new one. Who took the name before gets
-- nothing of the campaign.
create function campaigns.bind_game(p_campaign campaigns.campaigns)
returns uuid language plpgsql as $$
declare
    v_game  uuid;
    v_made  record;
    v_name  text := campaigns.game_name(p_campaign.id::text);
begin
    select g.id into v_game from game.games g
     where g.id = p_campaign.game_id and g.deleted_at is null;
    while v_game is null loop
        select * into v_made from game.create_game(
            v_name, 'web', p_campaign.strategy_id, p_campaign.api_key_used,
            p_campaign.oauth_user_id, p_campaign.realm_id, '{}', '{}');
        if v_made.outcome = 'made' then
            v_game := v_made.game_id;
        else
            select g.id into v_game from game.games g
             where g.external_game_id = v_name and g.deleted_at is null
               and g.realm_id is not distinct from p_campaign.realm_id
               and (g.key_prefix, g.subject) is not distinct from
                   (p_campaign.api_key_used, p_campaign.oauth_user_id);
            v_name := left(v_name, 51) || '-'
                   || left(encode(uuid_send(gen_random_uuid()), 'hex'), 8);
        end if;
    end loop;
    perform game.create_tasks(v_game, array['campaign-play', 'campaign-win'],
                              array[null, null]::text[], '{}', '{}', '{}',
                              p_campaign.api_key_used,
                              p_campaign.oauth_user_id);
    return v_game;
end
$$;

-- Why the data of a manifest step may not be published; null when it may.
-- Data is null of a run that made no manifest.
create function campaigns.not_deployable(p_data json, p_at timestamptz)
returns jsonb language sql immutable as $$
    select jsonb_build_object('code', w.code,
               'message', left(w.why || coalesce(': ' || (
                   select string_agg(e, ', ')
                     from json_array_elements_text(
                              p_data #> array['validation', w.member]) e),
                   ''), 500),
               'timestamp', campaigns.time_ms(p_at),
               'details', p_data -> 'validation')
      from (select 'MISSING_ASSET' as code, 'missing_assets' as member,
                   'assets of the manifest are missing' as why
             where p_data is null
                or p_data #>> '{validation,missing_assets,0}' is not null
             union all
            select 'VALIDATION_ERROR', 'warnings',
                   'the manifest is not ready for deployment') w
     where p_data ->> 'deployment_ready' is distinct from 'true'
     limit 1
$$;

-- Makes what a completed run made the live campaign; answers why not.
create function campaigns.publish(
    p_campaign campaigns.campaigns, p_run campaigns.runs)
returns jsonb language plpgsql as $$
declare
    v_manifest record;
    v_error    jsonb;
    v_config   json;
    v_bundle   text;
    v_chance   json;
begin
    select l.* into v_manifest from campaigns.run_artifacts(p_run.id) l
     where (l.artifact).type = 'json/campaign-manifest'
     order by l.n desc limit 1;
    v_error := campaigns.not_deployable(v_manifest.data, p_run.completed_at);
    if v_error is not null then
        return v_error;
    end if;
    select (l.artifact).uri into v_bundle
      from campaigns.run_artifacts(p_run.id) l
     where (l.artifact).type = 'bundle/game' order by l.n desc limit 1;
    select l.data into v_config from campaigns.run_artifacts(p_run.id) l
     where (l.artifact).type = 'json/game-config' order by l.n desc limit 1;
    v_chance := v_config #> '{settings,difficulty,win_probability}';
    update campaigns.campaigns c
       set status = 'live', live_run_id = p_run.id, error = null,
           manifest_artifact_id = (v_manifest.artifact).id,
           manifest_checksum = v_manifest.data #>> '{manifest,checksum}',
           rules = coalesce((v_manifest.data #> '{manifest,rules}')::jsonb,
                            '{}'),
           win_probability = case when json_typeof(v_chance) = 'number'
                                  then v_chance::text::float8 end,
           bundle_url = v_bundle, game_id = campaigns.bind_game(p_campaign)
     where c.id = p_campaign.id;
    return null;
end
$$;

-- ------------------------------------------------------------------ rows

create function campaigns.campaign_create(
    p_tenant text, p_user text, p_name text, p_template text,
    p_config jsonb, p_strategy text, p_prefix text, p_subject text,
    p_realm text)
returns json language sql volatile as $$
    with made as (
        insert into campaigns.campaigns as c
               (tenant_id, user_id, name, template_id, config, strategy_id,
                api_key_used, oauth_user_id, realm_id)
        values (p_tenant, p_user, p_name, p_template,
                coalesce(p_config, '{}'), coalesce(p_strategy, 'default'),
                p_prefix, p_subject, p_realm)
        returning c as row)
    select campaigns.campaign_json(m.row) from made m
$$;

create function campaigns.hold_campaign(
    p_tenant text, p_admin boolean, p_id uuid)
returns campaigns.campaigns language sql volatile as $$
    select c from campaigns.campaigns c
     where c.id = p_id and c.deleted_at is null
       and (p_admin or c.tenant_id = p_tenant)
       for no key update
$$;

create function campaigns.campaign_change(
    p_tenant text, p_admin boolean, p_id uuid, p_name text, p_config jsonb,
    p_strategy text, p_version integer)
returns table (outcome text, campaign json)
language plpgsql as $$
declare
    v_row campaigns.campaigns
        := campaigns.hold_campaign(p_tenant, p_admin, p_id);
begin
    outcome := case
        when v_row.id is null then 'missing'
        when p_version <> v_row.version then 'conflict'
        when v_row.status not in ('draft', 'failed') then 'not_editable'
        else 'changed' end;
    if outcome = 'changed' then
        update campaigns.campaigns c
           set name = coalesce(p_name, c.name),
               config = coalesce(p_config, c.config),
               strategy_id = coalesce(p_strategy, c.strategy_id)
         where c.id = p_id
        returning * into v_row;
    end if;
    campaign := campaigns.campaign_json(v_row);
    return next;
end
$$;

create function campaigns.campaign_delete(
    p_tenant text, p_admin boolean, p_id uuid)
returns text language plpgsql as $$
declare
    v_row campaigns.campaigns
        := campaigns.hold_campaign(p_tenant, p_admin, p_id);
begin
    if v_row.id is null then
        return 'missing';
    elsif v_row.status not in ('draft', 'failed', 'archived') then
        return 'not_deletable';
    end if;
    update campaigns.campaigns c set deleted_at = clock_timestamp()
     where c.id = p_id;
    return 'deleted';
end
$$;

create function campaigns.campaign_move(
    p_tenant text, p_admin boolean, p_id uuid, p_to text)
returns table (outcome text, campaign json)
language plpgsql as $$
declare
    v_row campaigns.campaigns
        := campaigns.hold_campaign(p_tenant, p_admin, p_id);
begin
    outcome := case
        when v_row.id is null then 'missing'
        when (v_row.status, p_to) in (('live', 'archived'),
                                      ('archived', 'live')) then 'moved'
        else 'state' end;
    if outcome = 'moved' then
        update campaigns.campaigns c set status = p_to where c.id = p_id
        returning * into v_row;
    end if;
    campaign := campaigns.campaign_json(v_row);
    return next;
end
$$;

-- A draft like another campaign, of the same tenant; stamped with the caller.
create function campaigns.campaign_duplicate(
    p_tenant text, p_admin boolean, p_id uuid, p_user text, p_name text,
    p_prefix text, p_subject text, p_realm text)
returns table (campaign json) language sql volatile as $$
    select campaigns.campaign_create(
               c.tenant_id, p_user,
               coalesce(p_name, left(c.name, 248) || ' (copy)'),
               c.template_id, c.config, c.strategy_id, p_prefix, p_subject,
               p_realm)
      from campaigns.campaigns c
     where c.id = p_id and c.deleted_at is null
       and (p_admin or c.tenant_id = p_tenant)
$$;
