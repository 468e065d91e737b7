-- Campaigns as they are answered and told: resources, lists, events.

-- '2026-02-03T04:05:06.123Z': times inside documents.
create function campaigns.time_ms(p_at timestamptz) returns text
language sql immutable as $$
    select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

create function campaigns.span_ms(p_from timestamptz, p_to timestamptz)
returns integer language sql immutable as $$
    select greatest(0, least(2147483647,
               extract(epoch from p_to - p_from) * 1000))::integer
$$;

create function campaigns.error_json(
    p_code text, p_message text, p_at timestamptz, p_attempt integer)
returns jsonb language sql immutable as $$
    select jsonb_build_object('code', p_code,
               'message', left(p_message, 500), 'attempt', p_attempt,
               'timestamp', campaigns.time_ms(p_at))
$$;

-- A text as a UUID; null when it is none.
create function campaigns.as_uuid(p_text text) returns uuid
language sql immutable as $$
    select case when p_text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
           then p_text::uuid end
$$;

-- ------------------------------------------------------------- resources
-- Of a row that is none they are null.

create function campaigns.steps_summary(p_run uuid) returns json
language sql stable as $$
    select row_to_json(x)
      from (select count(*) as total,
                   count(*) filter (where s.status = 'pending') as pending,
                   count(*) filter (where s.status = 'running') as running,
                   count(*) filter (where s.status = 'completed')
                       as completed,
                   count(*) filter (where s.status = 'skipped') as skipped,
                   count(*) filter (where s.status = 'failed') as failed
              from campaigns.run_steps s where s.run_id = p_run) x
$$;

create function campaigns.run_json(p_run campaigns.runs) returns json
language sql stable as $$
    select row_to_json(x)
      from (select p_run.id, p_run.workflow_name as "workflowName",
                   p_run.workflow_version as "workflowVersion",
                   p_run.trigger_type as "triggerType",
                   p_run.trigger_payload as "triggerPayload", p_run.status,
                   p_run.base_run_id as "baseRunId",
                   p_run.change_request as "changeRequest", p_run.error,
                   campaigns.steps_summary(p_run.id) as "stepsSummary",
                   game.time_z(p_run.started_at) as "startedAt",
                   game.time_z(p_run.completed_at) as "completedAt",
                   p_run.duration_ms as "durationMs",
                   game.time_z(p_run.cancel_requested_at)
                       as "cancelRequestedAt",
                   game.time_z(p_run.created_at) as "createdAt",
                   game.time_z(p_run.updated_at) as "updatedAt") x
     where p_run.id is not null
$$;

create function campaigns.step_json(p_step campaigns.run_steps) returns json
language sql stable as $$
    select row_to_json(x)
      from (select p_step.id, p_step.run_id as "runId",
                   p_step.step_id as "stepId", p_step.skill_id as "skillId",
                   p_step.status, p_step.input_hash as "inputHash",
                   p_step.output_artifact_ids as "outputArtifactIds",
                   p_step.cache_hit as "cacheHit",
                   p_step.duration_ms as "durationMs", p_step.error,
                   p_step.attempt,
                   game.time_z(p_step.started_at) as "startedAt",
                   game.time_z(p_step.ended_at) as "endedAt",
                   game.time_z(p_step.created_at) as "createdAt",
                   game.time_z(p_step.updated_at) as "updatedAt") x
     where p_step.id is not null
$$;

-- p_step: the step of the run that lists it.
create function campaigns.artifact_json(
    p_artifact campaigns.artifacts, p_step text)
returns json language sql stable as $$
    select row_to_json(x)
      from (select p_artifact.id, p_artifact.run_id as "runId",
                   p_artifact.skill_id as "skillId", p_artifact.type,
                   p_artifact.uri, p_artifact.content_hash as "contentHash",
                   p_artifact.size_bytes as "sizeBytes",
                   p_artifact.filename, p_artifact.metadata,
                   game.time_z(p_artifact.created_at) as "createdAt",
                   game.time_z(p_artifact.updated_at) as "updatedAt",
                   p_step as "stepId") x
$$;

create function campaigns.campaign_json(p_campaign campaigns.campaigns)
returns json language sql stable as $$
    select row_to_json(x)
      from (select p_campaign.id, p_campaign.user_id as "userId",
                   p_campaign.name, p_campaign.template_id as "templateId",
                   p_campaign.status, p_campaign.config,
                   p_campaign.strategy_id as "strategyId",
                   p_campaign.bundle_url as "bundleUrl",
                   p_campaign.thumbnail_url as "thumbnailUrl",
                   p_campaign.latest_run_id as "latestRunId",
                   p_campaign.manifest_artifact_id as "manifestArtifactId",
                   p_campaign.game_id as "gameId", p_campaign.error,
                   p_campaign.version,
                   game.time_z(p_campaign.created_at) as "createdAt",
                   game.time_z(p_campaign.updated_at) as "updatedAt") x
     where p_campaign.id is not null
$$;

-- What the owner sees; the odds are nobody's business.
create function campaigns.play_json(p_play campaigns.plays) returns json
language sql stable as $$
    select row_to_json(x)
      from (select p_play.id as "playId",
                   p_play.campaign_id as "campaignId",
                   p_play.player_key as "playerKey",
                   p_play.play_no as "playNo", p_play.outcome, p_play.prize,
                   p_play.region, p_play.run_id as "runId",
                   p_play.manifest_checksum as "manifestChecksum",
                   p_play.status,
                   game.time_z(p_play.started_at) as "startedAt",
                   game.time_z(p_play.finished_at) as "finishedAt",
                   p_play.points_awarded as "pointsAwarded",
                   p_play.duration_ms as "durationMs",
                   p_play.player_result as "playerResult") x
     where p_play.id is not null
$$;

-- -------------------------------------------------------------- of a run

-- What its steps ended with, for selectors; data as the skill wrote it.
create function campaigns.outputs(p_run uuid) returns json
language sql stable as $$
    select coalesce(array_to_json(array_agg(json_build_object(
               'stepId', s.step_id, 'status', s.status,
               'outputArtifactIds', s.output_artifact_ids,
               'data', s.output_data) order by s.ordinal)), '[]')
      from campaigns.run_steps s
     where s.run_id = p_run and campaigns.ended_well(s.status, s.cache_hit)
$$;

-- Its artifacts, also those that an older run made; each once, in the order
-- of the listing.
create function campaigns.run_artifacts(p_run uuid)
returns table (n bigint, step_id text, data json,
               artifact campaigns.artifacts)
language sql stable as $$
    select row_number() over (order by l.ordinal, l.place), l.step_id,
           l.output_data, l.a
      from (select distinct on (a.id) s.ordinal, x.place, s.step_id,
                   s.output_data, a
              from campaigns.run_steps s
             cross join lateral jsonb_array_elements_text(
                   s.output_artifact_ids) with ordinality x (id, place)
              join campaigns.artifacts a on a.id = x.id::uuid
             where s.run_id = p_run
             order by a.id, s.ordinal, x.place) l
     order by 1
$$;

create function campaigns.artifacts_json(p_run uuid) returns json
language sql stable as $$
    select coalesce(array_to_json(array_agg(
               campaigns.artifact_json(l.artifact, l.step_id)
               order by l.n)), '[]')
      from campaigns.run_artifacts(p_run) l
$$;

-- Spec 3.3, as it is answered.
create function campaigns.analysis(p_run uuid) returns json
language sql stable as $$
    with steps as (
        select s.*, not s.cache_hit and s.status <> 'pending'
                    and s.status <> 'skipped' as missed
          from campaigns.run_steps s where s.run_id = p_run),
    sums as (
        select count(*) as total,
               count(*) filter (where s.cache_hit) as hits,
               count(*) filter (where s.missed) as misses,
               coalesce(sum(s.saved_ms) filter (where s.cache_hit), 0)
                   as saved
          from steps s),
    each as (
        select s.ordinal, row_to_json(y) as step
          from steps s
         cross join lateral (
               select s.step_id as "stepId", s.skill_id as "skillId",
                      s.status, s.cache_hit as "cacheHit",
                      s.input_hash as "inputHash",
                      case when s.cache_hit then 'cache' else 'fresh' end
                          as "executedFrom",
                      case when s.reused then 'reused_from_base_run'
                           when s.cache_hit then 'cache_hit'
                           when not s.missed then 'not_executed'
                           when s.cached then 'cache_miss'
                           else 'cache_disabled' end as reason) y)
    select row_to_json(x)
      from (select p_run as "runId", u.total as "totalSteps",
                   u.hits as "cacheHits", u.misses as "cacheMisses",
                   coalesce(u.hits::float8 / nullif(u.hits + u.misses, 0),
                            0) as "cacheHitRate",
                   u.saved as "timeSavedMs",
                   (select coalesce(array_to_json(array_agg(e.step
                               order by e.ordinal)), '[]')
                      from each e) as steps
              from sums u) x
$$;

-- ----------------------------------------------------------------- pages

-- A time as a key of an order, beside words.
create function campaigns.time_key(p_at timestamptz) returns text
language sql immutable as $$
    select to_char(p_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS')
$$;

-- A row of a list: what it is ordered by, and when it was made.
create type campaigns.placed as (id uuid, key text, at timestamptz);

-- A page of a list. One row at least: total counts all, an empty page has
-- null in the others. p_order begins with a minus when it is downwards.
create function campaigns.page(
    p_rows campaigns.placed[], p_order text, p_limit bigint,
    p_offset bigint)
returns table (total bigint, n bigint, id uuid)
language sql immutable as $$
    select cardinality(p_rows), p.n, p.id
      from (select 1) one
      left join (
           select x.id, row_number() over (order by
                      case when p_order not like '-%' then x.key end,
                      case when p_order like '-%' then x.key end
                          desc nulls last, x.at, x.id) as n
             from unnest(p_rows) x
            order by n limit p_limit offset p_offset) p on true
$$;

create function campaigns.run_page(
    p_tenant text, p_admin boolean, p_status text, p_workflow text,
    p_campaign text, p_type text, p_order text, p_limit bigint,
    p_offset bigint)
returns table (total bigint, run json)
language sql stable as $$
    select g.total, campaigns.run_json(r)
      from campaigns.page(array(
           select (r.id, case ltrim(p_order, '-')
               when 'status' then r.status
               when 'workflowName' then r.workflow_name
               when 'triggerType' then r.trigger_type
               when 'id' then r.id::text
               when 'durationMs' then lpad(r.duration_ms::text, 12, '0')
               when 'createdAt' then campaigns.time_key(r.created_at)
               when 'updatedAt' then campaigns.time_key(r.updated_at)
               when 'startedAt' then campaigns.time_key(r.started_at)
               when 'completedAt' then campaigns.time_key(r.completed_at)
               end, r.created_at)::campaigns.placed
             from campaigns.runs r
            where (p_admin or r.tenant_id = p_tenant)
              and (p_status is null or r.status = p_status)
              and (p_workflow is null or r.workflow_name = p_workflow)
              and (p_campaign is null or r.campaign_id = p_campaign)
              and (p_type is null or r.trigger_type = p_type)),
           p_order, p_limit, p_offset) g
      left join campaigns.runs r on r.id = g.id
     order by g.n
$$;

create function campaigns.campaign_page(
    p_tenant text, p_admin boolean, p_status text, p_template text,
    p_search text, p_order text, p_limit bigint, p_offset bigint)
returns table (total bigint, campaign json)
language sql stable as $$
    select g.total, campaigns.campaign_json(c)
      from campaigns.page(array(
           select (c.id, case ltrim(p_order, '-')
               when 'name' then c.name when 'status' then c.status
               when 'templateId' then c.template_id
               when 'id' then c.id::text
               when 'createdAt' then campaigns.time_key(c.created_at)
               when 'updatedAt' then campaigns.time_key(c.updated_at)
               end, c.created_at)::campaigns.placed
             from campaigns.campaigns c
            where c.deleted_at is null
              and (p_admin or c.tenant_id = p_tenant)
              and (p_status is null or c.status = p_status)
              and (p_template is null or c.template_id = p_template)
              and (p_search is null
                   or position(lower(p_search) in lower(c.name)) > 0)),
           p_order, p_limit, p_offset) g
      left join campaigns.campaigns c on c.id = g.id
     order by g.n
$$;

-- ---------------------------------------------------------------- events

create function campaigns.tell_run() returns trigger
language plpgsql as $$
begin
    insert into campaigns.run_events (run_id, kind, data)
    values (new.id, 'run', campaigns.run_json(new));
    return null;
end
$$;
create trigger runs_told after insert on campaigns.runs for each row
    execute function campaigns.tell_run();
create trigger runs_told_again after update on campaigns.runs for each row
    when (old.status <> new.status
          or old.cancel_requested_at is distinct from
             new.cancel_requested_at)
    execute function campaigns.tell_run();

create function campaigns.tell_step() returns trigger
language plpgsql as $$
begin
    insert into campaigns.run_events (run_id, kind, data)
    values (new.run_id, 'step', campaigns.step_json(new));
    return null;
end
$$;
create trigger run_steps_told after insert on campaigns.run_steps
    for each row execute function campaigns.tell_step();
create trigger run_steps_told_again after update on campaigns.run_steps
    for each row
    when (old.status <> new.status or old.attempt <> new.attempt)
    execute function campaigns.tell_step();
