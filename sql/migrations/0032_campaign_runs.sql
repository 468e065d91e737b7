-- Runs of workflows: made, ended, cancelled, tried again.

-- ---------------------------------------------------------------- ending

-- What a campaign becomes when its latest run has ended. Only a completed
-- run with a manifest that may be deployed is published; after any other one
-- an older manifest, if there is one, goes on being served.
create function campaigns.settle_campaign(p_run campaigns.runs)
returns text language plpgsql as $$
declare
    v_campaign campaigns.campaigns;
    v_error    jsonb := coalesce(p_run.error, jsonb_build_object(
                   'code', 'RUN_CANCELLED',
                   'message', 'the run was cancelled',
                   'timestamp', campaigns.time_ms(p_run.completed_at)));
begin
    select * into v_campaign from campaigns.campaigns c
     where c.latest_run_id = p_run.id and c.status = 'generating'
       and c.deleted_at is null
       for no key update;
    if not found then
        return null;
    end if;
    if p_run.status = 'completed' then
        v_error := campaigns.publish(v_campaign, p_run);
    end if;
    if v_error is null then
        return 'live';
    end if;
    update campaigns.campaigns c
       set status = case when c.manifest_artifact_id is null then 'failed'
                         else 'live' end,
           error = v_error
     where c.id = v_campaign.id
    returning * into v_campaign;
    return v_campaign.status;
end
$$;

-- Ends a run whose steps have ended, with p_error in place of what they say.
create function campaigns.end_run(p_run uuid, p_error jsonb)
returns table (run_status text, campaign_status text)
language plpgsql as $$
declare
    v_now     timestamptz := clock_timestamp();
    v_failed  campaigns.run_steps;
    v_run     campaigns.runs;
    v_error   jsonb;
begin
    select * into v_failed from campaigns.run_steps s
     where s.run_id = p_run and s.status = 'failed'
     order by s.ordinal limit 1;
    v_error := case
        when p_error is not null then p_error
            || jsonb_strip_nulls(jsonb_build_object('failedStepId',
                                                    v_failed.step_id))
        when not exists (select from campaigns.run_steps s
                          where s.run_id = p_run
                            and s.error ->> 'code' = 'RUN_CANCELLED')
             and v_failed.id is not null
            then jsonb_build_object('code', 'STEP_EXECUTION_FAILED',
                     'message', v_failed.error ->> 'message',
                     'failedStepId', v_failed.step_id,
                     'timestamp', campaigns.time_ms(v_now)) end;
    update campaigns.runs r
       set status = case
               when v_error is not null then 'failed'
               when exists (select from campaigns.run_steps s
                             where s.run_id = p_run
                               and not campaigns.ended_well(s.status,
                                                            s.cache_hit))
                   then 'cancelled'
               else 'completed' end,
           error = v_error, completed_at = v_now,
           duration_ms = campaigns.span_ms(coalesce(r.started_at, v_now),
                                           v_now)
     where r.id = p_run
    returning * into v_run;
    if v_run.status = 'completed' then
        delete from campaigns.step_cache c where c.run_id = p_run;
    end if;
    run_status := v_run.status;
    campaign_status := campaigns.settle_campaign(v_run);
    return next;
end
$$;

-- Ends the run when no step is left. The caller has the run's lock.
create function campaigns.settle_run(p_run uuid)
returns table (run_status text, campaign_status text)
language plpgsql as $$
begin
    if exists (select from campaigns.run_steps s
                where s.run_id = p_run
                  and s.status in ('pending', 'running')) then
        return query select r.status::text, null::text
                       from campaigns.runs r where r.id = p_run;
    else
        return query select * from campaigns.end_run(p_run, null);
    end if;
end
$$;

-- Steps of a run that nobody is at come to nothing: those that wait are
-- skipped; those that are between two attempts, or with p_all being done,
-- have failed.
create function campaigns.stop_steps(
    p_run uuid, p_code text, p_message text, p_all boolean)
returns void language plpgsql as $$
declare
    v_now timestamptz := clock_timestamp();
begin
    update campaigns.run_steps s
       set status = case s.status when 'pending' then 'skipped'
                                  else 'failed' end,
           error = campaigns.error_json(p_code, p_message, v_now, s.attempt),
           ended_at = v_now, not_before = null,
           duration_ms = case s.status when 'running'
               then campaigns.span_ms(s.started_at, v_now) end,
           lease_owner = null, lease_until = null
     where s.run_id = p_run
       and (s.status = 'pending'
            or s.status = 'running' and (p_all or s.lease_owner is null));
end
$$;

-- Skips what depends on a step that failed, directly or not.
create function campaigns.skip_dependents(p_run uuid, p_step text)
returns void language plpgsql as $$
declare
    v_now timestamptz := clock_timestamp();
begin
    with recursive blocked (step_id) as (
        select p_step
        union
        select s.step_id
          from blocked b
          join campaigns.run_steps s
            on s.run_id = p_run and s.depends_on @> array[b.step_id])
    update campaigns.run_steps s
       set status = 'skipped', ended_at = v_now, not_before = null,
           error = campaigns.error_json('UPSTREAM_FAILED',
                       'step ' || p_step || ' failed', v_now, s.attempt)
     where s.run_id = p_run and s.status = 'pending'
       and s.step_id in (select b.step_id from blocked b);
end
$$;

-- ---------------------------------------------------------------- making

-- The row of campaigns that a run is of: the one that was asked for, or that
-- of the base run. Locked.
create function campaigns.campaign_of(
    p_tenant text, p_admin boolean, p_campaign uuid,
    p_base campaigns.runs)
returns campaigns.campaigns language sql volatile as $$
    select c from campaigns.campaigns c
     where c.deleted_at is null
       and case when p_campaign is not null
           then c.id = p_campaign and (p_admin or c.tenant_id = p_tenant)
           else c.id = campaigns.as_uuid(p_base.campaign_id)
                and c.tenant_id = p_base.tenant_id end
       for no key update
$$;

-- Whether a completed run of its campaign is newer than this one.
create function campaigns.is_stale(p_run campaigns.runs) returns boolean
language sql stable as $$
    select exists (
        select from campaigns.runs r
         where r.tenant_id = p_run.tenant_id
           and r.campaign_id = p_run.campaign_id
           and r.status = 'completed'
           and (r.created_at, r.id) > (p_run.created_at, p_run.id))
$$;

-- Why a run cannot be made; null when it can.
create function campaigns.run_refusal(
    p_base uuid, p_from campaigns.runs, p_campaign uuid, p_version integer,
    p_of campaigns.campaigns, p_steps json)
returns text language sql stable as $$
    select case
        when p_base is not null and p_from.id is null then 'base_missing'
        when p_base is not null and p_from.status <> 'completed'
            then 'base_incomplete'
        when p_base is not null and campaigns.is_stale(p_from)
            then 'base_stale'
        when p_campaign is not null and p_of.id is null
            then 'campaign_missing'
        when p_of.status = 'generating' then 'campaign_generating'
        when p_of.status = 'archived'
             or p_of.status = 'live' and p_base is null
            then 'campaign_state'
        when p_version <> p_of.version then 'campaign_version'
        when not exists (select from json_array_elements(p_steps) x
                          where coalesce((x ->> 'reused')::boolean, false)
                                = false)
            then 'nothing' end
$$;

-- Writes a run and its steps; whether its key was still free. One statement,
-- so that the events that it makes are told of the whole.
create function campaigns.insert_run(p_run campaigns.runs, p_steps json)
returns boolean language sql volatile as $$
    with made as (
        insert into campaigns.runs
        select (p_run).*
        on conflict (tenant_id, idempotency_key)
            where idempotency_key is not null do nothing
        returning id, tenant_id, created_at),
    given as materialized (
        select x.n, x.step ->> 'stepId' as step_id,
               x.step ->> 'skillId' as skill_id,
               x.step ->> 'inputHash' as input_hash,
               coalesce((x.step ->> 'cached')::boolean, false) as cached,
               array(select distinct d
                       from json_array_elements_text(x.step -> 'dependsOn')
                            d) as depends_on,
               b as base
          from json_array_elements(p_steps) with ordinality x (step, n)
          left join campaigns.run_steps b
            on (x.step ->> 'reused')::boolean
           and b.run_id = (p_run).base_run_id
           and b.step_id = x.step ->> 'stepId'
           and campaigns.ended_well(b.status, b.cache_hit)),
    steps as (
        insert into campaigns.run_steps
               (run_id, tenant_id, step_id, skill_id, status, input_hash,
                output_artifact_ids, cache_hit, duration_ms, ended_at,
                output_data, ordinal, depends_on, deps_remaining, cached,
                reused, saved_ms, queued_at)
        select m.id, m.tenant_id, g.step_id, g.skill_id,
               case when r.reused then 'skipped' else 'pending' end,
               coalesce((g.base).input_hash, g.input_hash),
               coalesce((g.base).output_artifact_ids, '[]'), r.reused,
               case when r.reused then 0 end,
               case when r.reused then m.created_at end,
               (g.base).output_data, g.n, g.depends_on,
               case when r.reused then 0 else
                   (select count(*) from given d
                     where d.step_id = any (g.depends_on)
                       and (d.base).id is null) end,
               g.cached, r.reused,
               coalesce((g.base).saved_ms, (g.base).duration_ms),
               m.created_at
          from made m cross join given g
         cross join lateral (select (g.base).id is not null as reused) r
         order by g.n)
    select exists (select from made)
$$;

create function campaigns.run_create(
    p_tenant text, p_admin boolean, p_key text, p_hash text, p_run uuid,
    p_workflow text, p_version text, p_payload jsonb, p_base uuid,
    p_change jsonb, p_campaign uuid, p_campaign_version integer,
    p_prefix text, p_subject text, p_context jsonb, p_steps json)
returns table (outcome text, run_id uuid, created_us bigint, run json)
language plpgsql as $$
#variable_conflict use_column
declare
    v_base   campaigns.runs;
    v_of     campaigns.campaigns;
    v_run    campaigns.runs;
    v_old    campaigns.runs;
    v_why    text;
begin
    select * into v_base from campaigns.runs r
     where r.id = p_base and (p_admin or r.tenant_id = p_tenant);
    v_of := campaigns.campaign_of(p_tenant, p_admin, p_campaign, v_base);
    v_run.id := p_run;
    v_run.tenant_id := coalesce(v_base.tenant_id, v_of.tenant_id, p_tenant);
    v_run.workflow_name := p_workflow;
    v_run.workflow_version := coalesce(p_version, '1.0.0');
    v_run.trigger_type := case when p_base is null then 'initial'
                               else 'update' end;
    v_run.trigger_payload := coalesce(p_payload, '{}');
    v_run.status := 'queued';
    v_run.base_run_id := p_base;
    v_run.context := p_context;
    v_run.created_at := clock_timestamp();
    v_run.updated_at := v_run.created_at;
    v_run.change_request := p_change;
    v_run.campaign_id := p_payload ->> 'campaign_id';
    v_run.idempotency_key := p_key;
    v_run.payload_hash := p_hash;
    v_run.api_key_used := p_prefix;
    v_run.oauth_user_id := p_subject;
    loop
        select * into v_old from campaigns.runs r
         where r.tenant_id = v_run.tenant_id and r.idempotency_key = p_key;
        if found then
            return query select
                case when v_old.payload_hash is not distinct from p_hash
                     then 'replay' else 'conflict' end,
                v_old.id, game.unix_us(v_old.created_at),
                campaigns.run_json(v_old);
            return;
        end if;
        v_why := campaigns.run_refusal(p_base, v_base, p_campaign,
                                       p_campaign_version, v_of, p_steps);
        if v_why is not null then
            return query select v_why, null::uuid, null::bigint, null::json;
            return;
        end if;
        exit when campaigns.insert_run(v_run, p_steps);
    end loop;
    update campaigns.campaigns c
       set status = 'generating', latest_run_id = p_run, error = null
     where c.id = v_of.id;
    perform pg_notify('game_campaign_queue', p_run::text);
    return query select 'created', p_run, game.unix_us(v_run.created_at),
                        campaigns.run_json(v_run);
end
$$;

create function campaigns.update_base(
    p_tenant text, p_admin boolean, p_run uuid)
returns table (outcome text, tenant text, workflow text, version text,
               payload text, campaign_id text, context text, steps json,
               artifacts json)
language plpgsql stable as $$
#variable_conflict use_column
declare
    v_run campaigns.runs;
begin
    select * into v_run from campaigns.runs r
     where r.id = p_run and (p_admin or r.tenant_id = p_tenant);
    outcome := case when not found then 'missing'
                    when v_run.status <> 'completed' then 'incomplete'
                    when campaigns.is_stale(v_run) then 'stale'
                    else 'ok' end;
    if outcome <> 'ok' then
        return next;
        return;
    end if;
    tenant := v_run.tenant_id;
    workflow := v_run.workflow_name;
    version := v_run.workflow_version;
    payload := v_run.trigger_payload;
    campaign_id := v_run.campaign_id;
    context := v_run.context;
    artifacts := campaigns.artifacts_json(p_run);
    select array_to_json(array_agg(json_build_object(
               'stepId', s.step_id, 'skillId', s.skill_id,
               'status', s.status, 'cacheHit', s.cache_hit,
               'inputHash', s.input_hash,
               'outputArtifactIds', s.output_artifact_ids,
               'data', s.output_data) order by s.ordinal))
      into steps
      from campaigns.run_steps s where s.run_id = p_run;
    return next;
end
$$;

-- ------------------------------------------------------ cancel and retry

create function campaigns.cancel_steps(p_run uuid) returns void
language plpgsql as $$
begin
    update campaigns.runs r set cancel_requested_at = clock_timestamp()
     where r.id = p_run and r.cancel_requested_at is null;
    perform campaigns.stop_steps(p_run, 'RUN_CANCELLED',
                                 'the run was cancelled', false);
    perform campaigns.settle_run(p_run);
end
$$;

-- What has not ended well is to be done again.
create function campaigns.queue_again(p_run uuid) returns void
language plpgsql as $$
begin
    update campaigns.runs r
       set status = 'queued', completed_at = null, duration_ms = null,
           error = null, cancel_requested_at = null
     where r.id = p_run;
    update campaigns.run_steps s
       set status = 'pending', attempt = 1, recoveries = 0, error = null,
           started_at = null, ended_at = null, duration_ms = null,
           deps_remaining = (
               select count(*) from campaigns.run_steps d
                where d.run_id = p_run and d.step_id = any (s.depends_on)
                  and not campaigns.ended_well(d.status, d.cache_hit))
     where s.run_id = p_run
       and not campaigns.ended_well(s.status, s.cache_hit);
    update campaigns.campaigns c set status = 'generating', error = null
     where c.latest_run_id = p_run and c.deleted_at is null
       and c.status in ('failed', 'live');
    perform pg_notify('game_campaign_queue', p_run::text);
end
$$;

-- Cancels a run that has not ended, or retries one that did not end well.
create function campaigns.turn_run(
    p_tenant text, p_admin boolean, p_run uuid, p_retry boolean)
returns table (outcome text, run json)
language plpgsql as $$
#variable_conflict use_column
declare
    v_run campaigns.runs;
begin
    select * into v_run from campaigns.runs r
     where r.id = p_run and (p_admin or r.tenant_id = p_tenant)
       for update;
    if not found then
        outcome := 'missing';
    elsif p_retry and v_run.status in ('failed', 'cancelled') then
        perform campaigns.queue_again(p_run);
        outcome := 'queued';
    elsif not p_retry and v_run.status in ('queued', 'running') then
        perform campaigns.cancel_steps(p_run);
        outcome := 'cancelling';
    else
        outcome := 'refused';
    end if;
    select * into v_run from campaigns.runs r where r.id = v_run.id;
    if outcome = 'cancelling' and campaigns.is_final(v_run.status) then
        outcome := 'cancelled';
    end if;
    run := campaigns.run_json(v_run);
    return next;
end
$$;

create function campaigns.run_cancel(
    p_tenant text, p_admin boolean, p_run uuid)
returns table (outcome text, run json) language sql volatile as $$
    select * from campaigns.turn_run(p_tenant, p_admin, p_run, false)
$$;

create function campaigns.run_retry(
    p_tenant text, p_admin boolean, p_run uuid)
returns table (outcome text, run json) language sql volatile as $$
    select * from campaigns.turn_run(p_tenant, p_admin, p_run, true)
$$;
