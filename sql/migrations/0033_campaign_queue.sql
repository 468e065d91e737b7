-- The queue of steps: claimed, leased, finished, and taken back.

-- ----------------------------------------------------------------- claim

-- Takes one step for a worker, if it is still to be had; waits for the run's
-- lock or not. What is not taken leaves no lock behind.
create function campaigns.take_step(
    p_step uuid, p_run uuid, p_worker text, p_seconds integer,
    p_wait boolean)
returns text language plpgsql as $$
declare
    v_now timestamptz;
begin
    if p_wait then
        perform from campaigns.runs r where r.id = p_run for update;
    else
        perform from campaigns.runs r
          where r.id = p_run for update skip locked;
        if not found then
            return 'busy';
        end if;
    end if;
    v_now := clock_timestamp();
    update campaigns.runs r
       set status = 'running', started_at = coalesce(r.started_at, v_now),
           running_since = v_now
     where r.id = p_run and r.status = 'queued';
    update campaigns.run_steps s
       set status = 'running', started_at = coalesce(s.started_at, v_now),
           claims = s.claims + 1,
           lease_owner = p_worker || '/' || s.claims + 1,
           lease_until = v_now + make_interval(secs => p_seconds)
      from campaigns.runs r
     where s.id = p_step and s.lease_owner is null
       and s.status in ('pending', 'running') and s.deps_remaining = 0
       and coalesce(s.not_before <= v_now, true)
       and r.id = p_run and r.status = 'running'
       and r.cancel_requested_at is null;
    if not found then
        raise sqlstate 'GM032';
    end if;
    return 'taken';
exception when sqlstate 'GM032' then
    return 'gone';
end
$$;

-- Takes steps in the order of the queue, none of a run that somebody else
-- has locked. When that leaves nothing, waits for the first such run: who
-- has it is soon done.
create function campaigns.take_steps(
    p_worker text, p_seconds integer, p_n integer)
returns uuid[] language plpgsql as $$
declare
    v_next   record;
    v_what   text;
    v_taken  uuid[] := '{}';
    v_busy   boolean := false;
begin
    for v_wait in 0 .. 1 loop
        for v_next in
            select s.id, s.run_id
              from campaigns.run_steps s
              join campaigns.runs r on r.id = s.run_id
             where s.lease_owner is null
               and s.status in ('pending', 'running')
               and s.deps_remaining = 0
               and coalesce(s.not_before <= clock_timestamp(), true)
               and r.status in ('queued', 'running')
               and r.cancel_requested_at is null
             order by s.queued_at, s.ordinal limit p_n + 64
        loop
            v_what := campaigns.take_step(v_next.id, v_next.run_id, p_worker,
                                          p_seconds, v_wait = 1);
            v_busy := v_busy or v_what = 'busy';
            if v_what = 'taken' then
                v_taken := v_taken || v_next.id;
                exit when v_wait = 1 or cardinality(v_taken) = p_n;
            end if;
        end loop;
        exit when v_taken <> '{}' or not v_busy;
    end loop;
    return v_taken;
end
$$;

create function campaigns.claim(
    p_worker text, p_seconds integer, p_n integer)
returns table (step uuid, lease text, run uuid, tenant text, step_id text,
               skill_id text, attempt integer, recoveries integer,
               cached boolean, workflow text, version text,
               trigger_type text, payload text, change_request text,
               campaign_id text, context text, running_us bigint,
               now_us bigint, outputs json, artifacts json, base_run uuid,
               base_outputs json)
language plpgsql as $$
#variable_conflict use_column
declare
    v_taken uuid[] := campaigns.take_steps(p_worker, p_seconds, p_n);
begin
    return query
        select s.id, s.lease_owner, r.id, r.tenant_id::text,
               s.step_id::text, s.skill_id::text, s.attempt, s.recoveries,
               s.cached, r.workflow_name::text, r.workflow_version::text,
               r.trigger_type::text, r.trigger_payload::text,
               r.change_request::text, r.campaign_id::text,
               r.context::text, game.unix_us(r.running_since),
               game.unix_us(clock_timestamp()), campaigns.outputs(r.id),
               campaigns.artifacts_json(r.id), r.base_run_id,
               case when r.base_run_id is not null
                    then campaigns.outputs(r.base_run_id) end
          from unnest(v_taken) with ordinality t (id, n)
          join campaigns.run_steps s on s.id = t.id
          join campaigns.runs r on r.id = s.run_id
         order by t.n;
end
$$;

-- ---------------------------------------------------------------- leases

-- A step with its lease, and its run locked; null when the step is not
-- the caller's any more.
create function campaigns.hold_step(p_step uuid, p_lease text)
returns campaigns.run_steps language plpgsql as $$
declare
    v_step campaigns.run_steps;
begin
    perform from campaigns.runs r
      where r.id = (select s.run_id from campaigns.run_steps s
                     where s.id = p_step)
        for update;
    select * into v_step from campaigns.run_steps s
     where s.id = p_step and s.status = 'running'
       and s.lease_owner = p_lease
       for update;
    return v_step;
end
$$;

-- Of a step that somebody has locked, who is about to end it or to take it
-- back, nothing is waited for: its lease is as long as it was.
create function campaigns.renew(
    p_steps uuid[], p_leases text[], p_seconds integer)
returns table (step uuid, state text)
language sql volatile as $$
    with given as (
        select g.step, g.lease, g.n
          from unnest(p_steps, p_leases) with ordinality g (step, lease, n)),
    kept as (
        update campaigns.run_steps s
           set lease_until = clock_timestamp()
                             + make_interval(secs => p_seconds)
         where s.id in (
               select k.id from campaigns.run_steps k
                 join given g on g.step = k.id and g.lease = k.lease_owner
                  for update of k skip locked)
        returning s.id)
    select g.step, case when s.id is null then 'lost'
                        when r.cancel_requested_at is not null then 'cancel'
                        else 'held' end
      from given g
      left join campaigns.run_steps s
        on s.id = g.step and s.lease_owner = g.lease
      left join campaigns.runs r on r.id = s.run_id
     order by g.n
$$;

-- A lease has expired: the step goes back to the queue, three times; a run
-- that is to be cancelled needs no more of it.
create function campaigns.recover_step(
    p_run campaigns.runs, p_step campaigns.run_steps)
returns text language plpgsql as $$
declare
    v_now  timestamptz := clock_timestamp();
    v_what text := case
        when p_run.cancel_requested_at is not null then 'cancelled'
        when p_step.recoveries >= 3 then 'worker_lost'
        else 'recovered' end;
begin
    if v_what = 'recovered' then
        update campaigns.run_steps s
           set status = 'pending', recoveries = s.recoveries + 1,
               lease_owner = null, lease_until = null
         where s.id = p_step.id;
        perform pg_notify('game_campaign_queue', p_run.id::text);
        return v_what;
    end if;
    update campaigns.run_steps s
       set status = 'failed', ended_at = v_now,
           duration_ms = campaigns.span_ms(s.started_at, v_now),
           lease_owner = null, lease_until = null,
           error = case v_what when 'cancelled'
               then campaigns.error_json('RUN_CANCELLED',
                        'the run was cancelled', v_now, s.attempt)
               else campaigns.error_json('WORKER_LOST',
                        'its workers were lost four times', v_now,
                        s.attempt) end
     where s.id = p_step.id;
    perform campaigns.skip_dependents(p_run.id, p_step.step_id);
    perform campaigns.settle_run(p_run.id);
    return v_what;
end
$$;

-- Takes back what expired, and ends runs whose time is over; at most p_n of
-- each. What somebody has locked is left to the next turn.
create function campaigns.reap(p_run_seconds integer, p_n integer)
returns table (run uuid, step_id text, what text)
language plpgsql as $$
#variable_conflict use_column
declare
    v_next record;
    v_run  campaigns.runs;
    v_step campaigns.run_steps;
begin
    for v_next in
        select r.id from campaigns.runs r
         where p_run_seconds > 0 and r.status = 'running'
           and r.running_since < clock_timestamp()
                                 - make_interval(secs => p_run_seconds)
         order by r.running_since limit p_n
    loop
        perform from campaigns.runs r
          where r.id = v_next.id and r.status = 'running'
            for update skip locked;
        continue when not found;
        perform campaigns.stop_steps(v_next.id, 'TIMEOUT',
                                     'the time of the run is over', true);
        perform campaigns.end_run(v_next.id, jsonb_build_object(
            'code', 'TIMEOUT',
            'message', format('not done within %s s', p_run_seconds),
            'timestamp', campaigns.time_ms(clock_timestamp())));
        return query select v_next.id, null::text, 'timeout';
    end loop;
    for v_next in
        select s.id, s.run_id from campaigns.run_steps s
         where s.lease_until < clock_timestamp()
         order by s.lease_until limit p_n
    loop
        select * into v_run from campaigns.runs r
         where r.id = v_next.run_id for update skip locked;
        continue when not found;
        select * into v_step from campaigns.run_steps s
         where s.id = v_next.id and s.lease_until < clock_timestamp()
           for update;
        continue when not found;
        return query select v_run.id, v_step.step_id::text,
                            campaigns.recover_step(v_run, v_step);
    end loop;
end
$$;

-- ----------------------------------------------------------------- input

-- The cache's entry for a step, if it may be used: of its tenant, not
-- expired, of any run or of this one. One whose artifacts are gone goes.
create function campaigns.cache_find(
    p_step campaigns.run_steps, p_workflow text, p_hash text)
returns campaigns.step_cache language plpgsql as $$
declare
    v_entry campaigns.step_cache;
begin
    for v_entry in
        select * from campaigns.step_cache c
         where c.tenant_id = p_step.tenant_id
           and c.cache_key = p_workflow || ':' || p_step.step_id || ':'
                             || p_hash
           and coalesce(c.expires_at > clock_timestamp(), true)
           and (c.run_id is null or c.run_id = p_step.run_id)
         order by c.run_id nulls last
    loop
        if not exists (
               select from jsonb_array_elements_text(v_entry.artifact_ids) x
                where not exists (
                      select from campaigns.artifacts a
                       where a.id = campaigns.as_uuid(x)
                         and a.tenant_id = p_step.tenant_id)) then
            return v_entry;
        end if;
        perform campaigns.cache_drop(v_entry.id);
    end loop;
    return null;
end
$$;

create function campaigns.cache_drop(p_id uuid) returns bigint
language sql volatile as $$
    with gone as (
        delete from campaigns.step_cache c where c.id = p_id returning 1)
    select count(*) from gone
$$;

create function campaigns.step_input(
    p_step uuid, p_lease text, p_hash text, p_lookup boolean)
returns table (outcome text, cache_id uuid, artifact_ids text, data text,
               artifacts json)
language plpgsql as $$
#variable_conflict use_column
declare
    v_step  campaigns.run_steps;
    v_run   campaigns.runs;
    v_entry campaigns.step_cache;
begin
    update campaigns.run_steps s set input_hash = p_hash
     where s.id = p_step and s.status = 'running'
       and s.lease_owner = p_lease
    returning * into v_step;
    if not found then
        outcome := 'lost';
        return next;
        return;
    end if;
    select * into v_run from campaigns.runs r where r.id = v_step.run_id;
    outcome := case when v_run.cancel_requested_at is null then 'ok'
                    else 'cancel' end;
    if p_lookup and outcome = 'ok' then
        v_entry := campaigns.cache_find(v_step, v_run.workflow_name,
                                        p_hash);
        cache_id := v_entry.id;
        artifact_ids := v_entry.artifact_ids;
        data := v_entry.data;
        select array_to_json(array_agg(
                   campaigns.artifact_json(a, a.step_id) order by x.n))
          into artifacts
          from jsonb_array_elements_text(v_entry.artifact_ids)
               with ordinality x (id, n)
          join campaigns.artifacts a on a.id = x.id::uuid;
    end if;
    return next;
end
$$;

-- ---------------------------------------------------------------- finish

-- A context with more attached: references and artifacts of the newest step
-- win, hashes are added by step, checks follow each other.
create function campaigns.attach(p_context jsonb, p_more jsonb)
returns jsonb language sql immutable as $$
    select coalesce(p_context, '{}') || jsonb_strip_nulls(jsonb_build_object(
        'refs', coalesce(p_context -> 'refs', '{}')
                || coalesce(p_more -> 'refs', '{}'),
        'computed', case when p_context ? 'computed' or p_more ? 'computed'
            then coalesce(p_context -> 'computed', '{}')
                 || coalesce(p_more -> 'computed', '{}')
                 || jsonb_strip_nulls(jsonb_build_object(
                    'inputHashesByStep',
                    coalesce(p_context #> '{computed,inputHashesByStep}',
                             '{}')
                    || coalesce(p_more #> '{computed,inputHashesByStep}',
                                '{}'),
                    'qualityChecks',
                    case when p_more #> '{computed,qualityChecks}'
                              is not null
                    then coalesce(p_context #> '{computed,qualityChecks}',
                                  '[]')
                         || (p_more #> '{computed,qualityChecks}') end))
            end))
        || jsonb_build_object('artifacts',
                coalesce(p_context -> 'artifacts', '{}')
                || coalesce(p_more -> 'artifacts', '{}'))
$$;

-- Attaches to the run's context; false when that would be too much.
create function campaigns.attach_run(p_run uuid, p_more jsonb)
returns boolean language plpgsql as $$
declare
    v_context jsonb;
begin
    if p_more is null then
        return true;
    end if;
    select campaigns.attach(r.context, p_more) into v_context
      from campaigns.runs r where r.id = p_run;
    if (select count(*) from jsonb_object_keys(v_context -> 'artifacts')) > 50
    then
        return false;
    end if;
    update campaigns.runs r set context = v_context where r.id = p_run;
    return true;
end
$$;

-- Writes the artifacts of a step.
create function campaigns.insert_artifacts(
    p_step campaigns.run_steps, p_artifacts json)
returns void language sql volatile as $$
    insert into campaigns.artifacts
           (id, run_id, tenant_id, skill_id, type, uri, content_hash,
            size_bytes, filename, metadata, step_id)
    select (x ->> 'id')::uuid, (p_step).run_id, (p_step).tenant_id,
           (p_step).skill_id, x ->> 'type', x ->> 'uri',
           x ->> 'contentHash', (x ->> 'sizeBytes')::bigint,
           x ->> 'filename', coalesce((x -> 'metadata')::jsonb, '{}'),
           (p_step).step_id
      from json_array_elements(p_artifacts) x
$$;

-- Remembers what a step made.
create function campaigns.cache_store(
    p_step campaigns.run_steps, p_scope text, p_ttl integer)
returns void language sql volatile as $$
    insert into campaigns.step_cache as c
           (cache_key, tenant_id, workflow_name, step_id, input_hash,
            artifact_ids, scope, data, duration_ms, run_id, expires_at)
    select r.workflow_name || ':' || (p_step).step_id || ':'
           || (p_step).input_hash,
           (p_step).tenant_id, r.workflow_name, (p_step).step_id,
           (p_step).input_hash, (p_step).output_artifact_ids, p_scope,
           (p_step).output_data, (p_step).duration_ms,
           case p_scope when 'run_only' then r.id end,
           case when p_ttl > 0
                then clock_timestamp() + make_interval(secs => p_ttl) end
      from campaigns.runs r where r.id = (p_step).run_id
    on conflict (tenant_id, cache_key,
                 coalesce(run_id, '00000000-0000-0000-0000-000000000000'))
    do update set artifact_ids = excluded.artifact_ids,
                  scope = excluded.scope, data = excluded.data,
                  duration_ms = excluded.duration_ms,
                  expires_at = excluded.expires_at
$$;

-- Counts a step down in those that depend on it; how many are ready now.
create function campaigns.release_dependents(p_run uuid, p_step text)
returns integer language sql volatile as $$
    with less as (
        update campaigns.run_steps s
           set deps_remaining = s.deps_remaining - 1
         where s.run_id = p_run and s.status = 'pending'
           and s.depends_on @> array[p_step]
        returning s.deps_remaining)
    select count(*) filter (where l.deps_remaining = 0)::integer from less l
$$;

create function campaigns.step_finish(
    p_step uuid, p_lease text, p_status text, p_artifacts json,
    p_cache_id uuid, p_data json, p_error jsonb, p_scope text,
    p_ttl integer, p_context jsonb)
returns table (outcome text, run uuid, run_status text, released integer,
               campaign_status text)
language plpgsql as $$
#variable_conflict use_column
declare
    v_step campaigns.run_steps := campaigns.hold_step(p_step, p_lease);
    v_now  timestamptz := clock_timestamp();
begin
    released := 0;
    outcome := case when v_step.id is null then 'lost'
        when not campaigns.attach_run(v_step.run_id, p_context)
        then 'capacity' else 'done' end;
    if outcome <> 'done' then
        return next;
        return;
    end if;
    run := v_step.run_id;
    if p_status = 'completed' then
        perform campaigns.insert_artifacts(v_step, p_artifacts);
    end if;
    update campaigns.run_steps s
       set status = p_status, cache_hit = p_status = 'skipped',
           error = p_error, ended_at = v_now, not_before = null,
           duration_ms = campaigns.span_ms(s.started_at, v_now),
           output_data = p_data, lease_owner = null, lease_until = null,
           saved_ms = (select c.duration_ms from campaigns.step_cache c
                        where c.id = p_cache_id),
           output_artifact_ids = coalesce(
               (select jsonb_agg(x.a ->> 'id' order by x.n)
                  from json_array_elements(p_artifacts)
                       with ordinality x (a, n)), '[]')
     where s.id = p_step
    returning * into v_step;
    if p_status = 'completed' and p_scope is not null then
        perform campaigns.cache_store(v_step, p_scope, p_ttl);
    end if;
    if p_status = 'failed' then
        perform campaigns.skip_dependents(run, v_step.step_id);
    else
        released := campaigns.release_dependents(run, v_step.step_id);
    end if;
    if released > 0 then
        perform pg_notify('game_campaign_queue', run::text);
    end if;
    select s.run_status, s.campaign_status into run_status, campaign_status
      from campaigns.settle_run(run) s;
    return next;
end
$$;

-- Another attempt, later: the step waits without an owner. Not when the run
-- is to be cancelled.
create function campaigns.step_retry(
    p_step uuid, p_lease text, p_error jsonb, p_delay_ms integer)
returns table (outcome text, run_status text)
language plpgsql as $$
declare
    v_step campaigns.run_steps := campaigns.hold_step(p_step, p_lease);
    v_run  campaigns.runs;
begin
    select * into v_run from campaigns.runs r where r.id = v_step.run_id;
    run_status := v_run.status;
    if v_step.id is null then
        outcome := 'lost';
    elsif v_run.cancel_requested_at is not null then
        outcome := 'cancelled';
        update campaigns.run_steps s
           set lease_owner = null, lease_until = null where s.id = p_step;
        perform campaigns.stop_steps(v_run.id, 'RUN_CANCELLED',
                                     'the run was cancelled', false);
        select s.run_status into run_status
          from campaigns.settle_run(v_run.id) s;
    else
        outcome := 'waiting';
        update campaigns.run_steps s
           set attempt = s.attempt + 1, error = p_error,
               not_before = clock_timestamp()
                            + p_delay_ms * interval '1 millisecond',
               lease_owner = null, lease_until = null
         where s.id = p_step;
    end if;
    return next;
end
$$;

-- The run cannot go on, whatever its other steps are at.
create function campaigns.run_fail(
    p_step uuid, p_lease text, p_code text, p_message text)
returns table (outcome text)
language plpgsql as $$
declare
    v_step campaigns.run_steps := campaigns.hold_step(p_step, p_lease);
begin
    outcome := case when v_step.id is null then 'lost' else 'failed' end;
    if v_step.id is not null then
        perform campaigns.stop_steps(v_step.run_id, p_code, p_message, true);
        perform campaigns.end_run(v_step.run_id, jsonb_build_object(
            'code', p_code, 'message', left(p_message, 500),
            'timestamp', campaigns.time_ms(clock_timestamp())));
    end if;
    return next;
end
$$;
