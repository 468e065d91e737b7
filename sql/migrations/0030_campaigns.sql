-- Campaigns: runs of workflows, their steps, what they make, and plays.
--
-- This page is the interface of 0030 to 0035. Statements of sql/statements
-- (campaign_*.sql) call these functions, one round trip a request; nothing
-- else reads or writes the tables.
--
-- Who may see. Every function for a request has (p_tenant, p_admin): a row is
-- seen when p_admin or when it is the tenant's. What is not seen is not
-- there. An administrator who names a tenant calls with that tenant and
-- p_admin false.
--
-- Resources. Columns of type json named run, steps, artifact, campaign, play
-- are the API's resources, ready to be written raw: one definition serves
-- answers and events (run_json, step_json, artifact_json, campaign_json,
-- play_json).
--
-- The graph. A step row has its direct dependencies (depends_on, step ids),
-- so that releasing and skipping is decided here, under the lock of the run;
-- the caller passes no closures.
--
-- Locks. Whoever changes a run or its steps locks the run's row first, then
-- steps, then the campaign's row. A claim gives way to whoever has the run.
--
-- Leases. claim answers an opaque lease for each step; renew, step_input,
-- step_retry, step_finish and run_fail name step and lease, and answer
-- 'lost' with nothing written when the step has been taken away (lease
-- expired and reaped, run timed out).
--
-- States. may_move(entity, from, to) is the table of transitions (entity:
-- run, run_step, campaign); triggers refuse every other one with SQLSTATE
-- GM030, as a fault of ours: the functions below answer codes instead.
--
-- ------------------------------------------------------------------ runs
--
-- run_create(p_tenant, p_admin, p_key, p_hash, p_run uuid, p_workflow,
--            p_version, p_payload jsonb, p_base uuid, p_change jsonb,
--            p_campaign uuid, p_campaign_version int, p_prefix, p_subject,
--            p_context jsonb, p_steps json)
--   -> outcome, run_id, created_us, run
--   p_run        id of the new run, made by the caller (the context has it)
--   p_key        Idempotency-Key or null; p_hash: hash of workflow, version
--                and normalised payload
--   p_base       null: 'initial', else 'update' (p_change: changeRequest)
--   p_campaign   row of campaigns to be generated, or null; of an update the
--                campaign is found by the base's campaign_id
--   p_campaign_version  the version that was read, or null
--   p_context    the initial context, with what is reused already attached
--   p_steps      in topological order: [{"stepId", "skillId", "dependsOn":
--                [...], "inputHash", "cached": bool (cache_policy.enabled),
--                "reused": bool}]; of a reused step hash, artifacts and data
--                are copied from the base
--   outcomes: created (and game_campaign_queue is notified), replay (the run
--   that the key made), conflict (key with another hash), base_missing,
--   base_incomplete, base_stale, campaign_missing, campaign_generating,
--   campaign_state (must be draft or failed; live for an update),
--   campaign_version, nothing (every step is reused)
-- update_base(p_tenant, p_admin, p_run)      what an update is planned from
--   -> outcome (ok, missing, incomplete, stale), tenant, workflow, version,
--      payload text, campaign_id, context text, steps, artifacts
--   steps      [{stepId, skillId, status, cacheHit, inputHash,
--              outputArtifactIds, data}]
--   artifacts  [{id, stepId, type, uri, contentHash, sizeBytes, filename,
--              metadata, createdAt}], as everywhere below
-- run_cancel(p_tenant, p_admin, p_run) -> outcome (cancelled, cancelling,
--   refused, missing), run
-- run_retry(p_tenant, p_admin, p_run) -> outcome (queued, refused, missing),
--   run
-- run_page(p_tenant, p_admin, p_status, p_workflow, p_campaign, p_type,
--   p_order, p_limit, p_offset) -> total, run; one row at least. p_order:
--   [-]createdAt, updatedAt, startedAt, completedAt, durationMs, status,
--   workflowName, triggerType, id
-- Reads that are plain statements: campaign_run_get, _run_steps,
-- _run_artifacts, _run_analysis, _run_context, _run_events, _artifact_get.
--
-- ----------------------------------------------------------------- queue
--
-- claim(p_worker, p_seconds int, p_n int) -> a row for each step claimed:
--   step uuid, lease, run uuid, tenant, step_id, skill_id, attempt int,
--   recoveries int, cached bool, workflow, version, trigger_type,
--   payload text, change_request text, campaign_id, context text,
--   running_us (when the run began to run: its time-out counts from here),
--   now_us, outputs, artifacts, base_run uuid, base_outputs
--   outputs       of the run's steps that ended well: [{stepId, status,
--                 outputArtifactIds, data}]; data keeps its members' order
--   base_outputs  the same of the base run, or null
-- renew(p_steps uuid[], p_leases text[], p_seconds int) -> step uuid, state:
--   held, cancel (held, but the run is to be cancelled: abort), lost
--   Waits for nobody: a step that somebody has locked is not renewed this
--   time, so renew three times a lease.
-- reap(p_run_seconds int, p_n int) -> run uuid, step_id, what: recovered,
--   worker_lost, cancelled, timeout (step_id null); a row for the log.
--   p_run_seconds 0: runs have no time-out
-- step_input(p_step, p_lease, p_hash, p_lookup bool) -> outcome (ok, cancel,
--   lost), cache_id uuid, artifact_ids text, data text, artifacts
--   Stores the hash; p_lookup: looks the cache up in the same round trip.
--   cache_id null: a miss. An entry whose artifact rows are gone is dropped
--   here; one whose files are gone: cache_drop(p_id), then go on as missed.
-- step_retry(p_step, p_lease, p_error jsonb, p_delay_ms int) -> outcome
--   (waiting, cancelled, lost), run_status
-- step_finish(p_step, p_lease, p_status, p_artifacts json, p_cache_id uuid,
--             p_data json, p_error jsonb, p_scope, p_ttl int, p_context
--             jsonb) -> outcome (done, capacity, lost), run uuid, run_status,
--             released int, campaign_status
--   p_status     completed: p_artifacts is [{id, type, uri, contentHash,
--                sizeBytes, filename?, metadata?}], p_data the skill's data;
--                p_scope global, run_only, or null for no cache; p_ttl
--                seconds, 0 for ever
--                skipped: a cache hit; p_cache_id the entry, which may be
--                gone by now: p_artifacts [{id}], p_data as step_input said
--                failed: p_error {code, message, attempt, timestamp,
--                details?}; dependents are skipped; with code RUN_CANCELLED
--                it acknowledges a cancel
--   p_context    what is attached: {refs, artifacts, computed}, merged into
--                the run's under its lock; null: nothing. capacity: more
--                than 50 artifacts, nothing written
--   run_status   of the run afterwards; the last step ends it
-- run_fail(p_step, p_lease, p_code, p_message) -> outcome (failed, lost): the
--   run cannot go on at all (ORCHESTRATION_ERROR)
--
-- ------------------------------------------------------------- campaigns
--
-- campaign_create(p_tenant, p_user, p_name, p_template, p_config jsonb,
--   p_strategy, p_prefix, p_subject, p_realm) -> campaign
-- campaign_change(p_tenant, p_admin, p_id, p_name, p_config jsonb,
--   p_strategy, p_version int) -> outcome (changed, missing, conflict,
--   not_editable), campaign; null keeps
-- campaign_delete(p_tenant, p_admin, p_id) -> outcome (deleted, missing,
--   not_deletable)
-- campaign_move(p_tenant, p_admin, p_id, p_to) -> outcome (moved, missing,
--   state), campaign; p_to: archived or live
-- campaign_duplicate(p_tenant, p_admin, p_id, p_user, p_name, p_prefix,
--   p_subject, p_realm) -> campaign; no row: missing. p_name null: "<name>
--   (copy)"
-- Reads: campaign_get, campaign_list, campaign_runs, campaign_manifest.
-- generate is run_create with p_campaign. When the campaign's latest run
-- ends, step_finish moves the campaign and publishes in its transaction:
-- manifest, bundle, rules, win probability, GAME game and its two tasks. A
-- run that brings no deployable manifest leaves 'failed', or 'live' when an
-- older manifest is there, which goes on being served; the campaign's error
-- says why: that of the run, or MISSING_ASSET, VALIDATION_ERROR with what its
-- manifest lacks. It stays until the next run. A campaign is served
-- (is_served) when it has a manifest and is live or being generated anew.
--
-- ----------------------------------------------------------------- plays
--
-- play_facts(p_campaign, p_player) -> status ('live' whenever it is served),
--   tenant, rules json, win_probability, checksum, run uuid, game uuid,
--   now_us, plays, minute_n, hour_n (the player's), minute_us, hour_us (the
--   oldest of those windows: Retry-After), bundle (its URI); no row: no such
--   campaign
-- play_start(p_campaign, p_player, p_anonymous bool, p_checksum, p_max int,
--   p_minute int, p_hour int, p_outcome, p_prize, p_probability float8,
--   p_region, p_token bytea) -> outcome, play uuid, play_no, started_us,
--   retry_us (when a window has room again)
--   outcomes: started, moved (other manifest than p_checksum, or not served:
--   read the facts again), max, minute, hour. Limits null for none; counted
--   again under the player's lock.
-- play_open(p_campaign, p_play, p_token bytea) -> outcome (open, missing,
--   token, used, expired), player, anonymous, result (win, lose), run uuid,
--   checksum, game uuid (null: none, no points), realm of the game,
--   key_prefix, subject (the campaign's owner)
-- play_book(p_campaign, p_play, p_token, p_duration_ms bigint, p_result jsonb,
--   p_bucket, p_user, p_external, p_realm, p_game, p_game_version,
--   p_history bigint, p_tasks uuid[], p_versions bigint[], p_points bigint[],
--   p_cases text[], p_data text[], p_grids bigint[], p_rows smallint[],
--   p_cols smallint[], p_prefix, p_subject, p_rate, p_allow_negative)
--   -> outcome, points, play
--   One transaction: the play is finished and its token gone, the user action
--   CAMPAIGN_PLAY is recorded and the awards (none, campaign-play, or that
--   and campaign-win, in this order) are booked by game.award with the key
--   of the play. outcomes: finished; missing, token, used, expired; or what
--   game.award refused with: config, closed, history, short, mismatch. Only
--   'finished' writes anything. So a finish is composed as economy.c does an
--   award: play_open, award_facts for each task (one history), score, then
--   play_book in the place of award_book, and again on config and history.
--   p_user null, no tasks: a campaign without a game. Of an anonymous play
--   neither user action nor awards are booked, whatever is given.
-- Reads: campaign_play_list, campaign_play_stats.
--
-- ------------------------------------------------------------------ jobs
--
-- game.job_campaigns(p_args, p_cursor): {"batch": 1000, "events_days": 7,
--   "plays_minutes": 1440} or null for these: expired cache entries, those
--   and the events of runs that ended so many days ago, plays that nobody
--   finished; a batch of one of them a piece.

create schema campaigns;

-- ---------------------------------------------------------------- tables

create table campaigns.runs (
    id                   uuid primary key default gen_random_uuid(),
    tenant_id            varchar(255) not null,
    workflow_name        varchar(255) not null,
    workflow_version     varchar(50) not null default '1.0.0',
    trigger_type         varchar(20) not null
                         check (trigger_type in ('initial', 'update')),
    trigger_payload      jsonb not null default '{}'
                         check (jsonb_typeof(trigger_payload) = 'object'),
    status               varchar(20) not null default 'queued'
                         check (status in ('queued', 'running', 'completed',
                                           'failed', 'cancelled')),
    base_run_id          uuid references campaigns.runs (id)
                         on delete restrict,
    context              jsonb,
    error                jsonb,
    started_at           timestamptz,
    completed_at         timestamptz,
    duration_ms          integer check (duration_ms >= 0),
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    change_request       jsonb,
    campaign_id          varchar(255),
    idempotency_key      varchar(255),
    payload_hash         text,
    cancel_requested_at  timestamptz,
    running_since        timestamptz,   -- the latest start, of the time-out
    api_key_used         text,
    oauth_user_id        text,
    check ((base_run_id is null) = (trigger_type = 'initial')),
    check ((completed_at is not null)
           = (status in ('completed', 'failed', 'cancelled'))),
    check ((completed_at is null) = (duration_ms is null)),
    check (status not in ('running', 'completed')
           or started_at is not null and running_since is not null),
    check (status <> 'failed' or error is not null)
);
create index runs_tenant on campaigns.runs (tenant_id);
create index runs_status on campaigns.runs (tenant_id, status);
create index runs_workflow on campaigns.runs (tenant_id, workflow_name);
create index runs_base on campaigns.runs (base_run_id)
    where base_run_id is not null;
create index runs_campaign on campaigns.runs
    (tenant_id, campaign_id, created_at desc);
create unique index runs_idempotency on campaigns.runs
    (tenant_id, idempotency_key) where idempotency_key is not null;
create index runs_running on campaigns.runs (running_since)
    where status = 'running';

create table campaigns.run_steps (
    id                   uuid primary key default gen_random_uuid(),
    run_id               uuid not null references campaigns.runs (id)
                         on delete cascade,
    tenant_id            varchar(255) not null,
    step_id              varchar(255) not null,
    skill_id             varchar(255) not null,
    status               varchar(20) not null default 'pending'
                         check (status in ('pending', 'running', 'skipped',
                                           'completed', 'failed')),
    input_hash           varchar(64) not null
                         constraint "VALIDATION_ERROR"
                         check (input_hash ~ '^[0-9a-f]{64}$'),
    output_artifact_ids  jsonb not null default '[]'
                         check (jsonb_typeof(output_artifact_ids) = 'array'),
    cache_hit            boolean not null default false,
    duration_ms          integer check (duration_ms >= 0),
    error                jsonb,
    attempt              integer not null default 1 check (attempt >= 1),
    started_at           timestamptz,
    ended_at             timestamptz,
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    output_data          json,
    ordinal              integer not null,
    depends_on           text[] not null,       -- step ids, each once
    deps_remaining       integer not null,
    cached               boolean not null,      -- cache_policy.enabled
    reused               boolean not null default false,
    saved_ms             integer,   -- of a hit: what its making had taken
    queued_at            timestamptz not null,  -- when the run was made
    not_before           timestamptz,
    lease_owner          text,
    lease_until          timestamptz,
    claims               integer not null default 0,
    recoveries           integer not null default 0 check (recoveries >= 0),
    unique (run_id, step_id),
    unique (run_id, ordinal),
    check (deps_remaining between 0 and cardinality(depends_on)),
    check (not cache_hit or status = 'skipped'),
    check (not reused or cache_hit),
    check (status <> 'skipped' or cache_hit <> (error is not null)),
    check (status <> 'completed'
           or duration_ms is not null and error is null),
    check (status <> 'failed' or error is not null),
    check (status <> 'running' or started_at is not null),
    check (status not in ('running', 'completed', 'failed')
           or deps_remaining = 0),
    check ((ended_at is not null)
           = (status in ('skipped', 'completed', 'failed'))),
    check ((lease_owner is null) = (lease_until is null)),
    check (lease_owner is null or status = 'running')
);
create index run_steps_tenant on campaigns.run_steps (tenant_id);
create index run_steps_status on campaigns.run_steps (run_id, status);
create index run_steps_run on campaigns.run_steps (tenant_id, run_id);
create index run_steps_input on campaigns.run_steps (step_id, input_hash);
-- the queue, in the order in which it is served
create index run_steps_queue on campaigns.run_steps
    (queued_at, ordinal, not_before)
    where lease_owner is null and status in ('pending', 'running')
      and deps_remaining = 0;
create index run_steps_leases on campaigns.run_steps (lease_until)
    where lease_owner is not null;

create table campaigns.artifacts (
    id            uuid primary key default gen_random_uuid(),
    run_id        uuid not null references campaigns.runs (id),
    tenant_id     varchar(255) not null,
    skill_id      varchar(64) not null check (skill_id ~ '^[a-z][a-z0-9_]*$'),
    type          varchar(100) not null check (type <> ''),
    uri           varchar(2048) not null check (uri <> ''),
    content_hash  varchar(71) not null
                  constraint "INVALID_HASH"
                  check (content_hash ~ '^sha256:[0-9a-f]{64}$'),
    size_bytes    bigint not null check (size_bytes >= 0),
    filename      varchar(255),
    metadata      jsonb not null default '{}',
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    step_id       varchar(255)
);
create index artifacts_tenant on campaigns.artifacts (tenant_id);
create index artifacts_run on campaigns.artifacts (run_id);
create index artifacts_skill on campaigns.artifacts (skill_id);
create index artifacts_tenant_run on campaigns.artifacts (tenant_id, run_id);
create index artifacts_hash on campaigns.artifacts (content_hash);

create table campaigns.step_cache (
    id             uuid primary key default gen_random_uuid(),
    cache_key      varchar(576) not null,
    tenant_id      varchar(255) not null,
    workflow_name  varchar(255) not null,
    step_id        varchar(255) not null,
    input_hash     varchar(64) not null,
    artifact_ids   jsonb not null check (jsonb_typeof(artifact_ids) = 'array'),
    scope          varchar(20) not null default 'global'
                   check (scope in ('global', 'run_only')),
    data           json,
    duration_ms    integer,
    run_id         uuid references campaigns.runs (id) on delete cascade,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    expires_at     timestamptz,
    check ((run_id is not null) = (scope = 'run_only')),
    check (cache_key = workflow_name || ':' || step_id || ':' || input_hash)
);
create unique index step_cache_key on campaigns.step_cache
    (tenant_id, cache_key,
     coalesce(run_id, '00000000-0000-0000-0000-000000000000'));
create index step_cache_step on campaigns.step_cache
    (workflow_name, step_id, input_hash);
create index step_cache_tenant on campaigns.step_cache (tenant_id);
create index step_cache_expires on campaigns.step_cache (expires_at);
create index step_cache_run on campaigns.step_cache (run_id)
    where run_id is not null;

create table campaigns.campaigns (
    id                    uuid primary key default gen_random_uuid(),
    tenant_id             varchar(255) not null,
    user_id               varchar(255),
    name                  varchar(255) not null check (name <> ''),
    template_id           varchar(100) not null check (template_id <> ''),
    status                varchar(20) not null default 'draft'
                          check (status in ('draft', 'generating', 'live',
                                            'failed', 'archived')),
    config                jsonb not null default '{}'
                          check (jsonb_typeof(config) = 'object'),
    strategy_id           text not null default 'default',
    bundle_url            varchar(2048),
    thumbnail_url         varchar(2048),
    latest_run_id         uuid references campaigns.runs (id),
    manifest_artifact_id  uuid references campaigns.artifacts (id),
    -- what is played, of the run that made the manifest
    live_run_id           uuid references campaigns.runs (id),
    manifest_checksum     text,
    rules                 jsonb,
    win_probability       double precision
                          check (win_probability between 0 and 1),
    game_id               uuid references game.games (id),
    version               integer not null default 1,
    error                 jsonb,    -- why the latest run was not published
    deleted_at            timestamptz,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    api_key_used          text,
    oauth_user_id         text,
    realm_id              text,
    check (status <> 'live' or manifest_artifact_id is not null),
    check (status <> 'generating' or latest_run_id is not null),
    check ((manifest_artifact_id is null) = (live_run_id is null))
);
create index campaigns_tenant on campaigns.campaigns
    (tenant_id, created_at desc) where deleted_at is null;
create index campaigns_run on campaigns.campaigns (latest_run_id);
create index campaigns_game on campaigns.campaigns (game_id);

create table campaigns.plays (
    id                 uuid primary key default gen_random_uuid(),
    campaign_id        uuid not null references campaigns.campaigns (id),
    tenant_id          varchar(255) not null,
    player_key         varchar(255) not null check (player_key <> ''),
    anonymous          boolean not null,
    play_no            integer not null check (play_no > 0),
    outcome            varchar(10) not null check (outcome in ('win', 'lose')),
    prize              text,
    win_probability    double precision not null
                       check (win_probability between 0 and 1),
    region             varchar(8),
    run_id             uuid not null references campaigns.runs (id),
    manifest_checksum  text,
    status             varchar(20) not null default 'started'
                       check (status in ('started', 'finished', 'expired')),
    started_at         timestamptz not null default clock_timestamp(),
    finished_at        timestamptz,
    token_hash         bytea check (octet_length(token_hash) = 32),
    points_awarded     bigint,
    duration_ms        bigint check (duration_ms >= 0),
    player_result      jsonb,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    unique (campaign_id, player_key, play_no),
    check ((status = 'started') = (token_hash is not null)),
    check ((status = 'finished') = (finished_at is not null)),
    check (not anonymous or coalesce(points_awarded, 0) = 0)
);
create index plays_recent on campaigns.plays
    (campaign_id, player_key, started_at);
create index plays_listed on campaigns.plays (campaign_id, started_at);
create index plays_open on campaigns.plays (started_at)
    where status = 'started';

-- What became of a run, for who follows it. Written under the run's lock:
-- of one run a greater seq is never seen before a smaller one.
create table campaigns.run_events (
    run_id  uuid not null references campaigns.runs (id) on delete cascade,
    seq     bigint generated always as identity,
    kind    varchar(10) not null check (kind in ('run', 'step')),
    data    json not null,
    at      timestamptz not null default clock_timestamp(),
    primary key (run_id, seq)
);
create index run_events_at on campaigns.run_events (at);

-- ---------------------------------------------------------------- states

create function campaigns.may_move(p_entity text, p_from text, p_to text)
returns boolean language sql immutable as $$
    select (p_entity, p_from, p_to) in (
        ('run', 'queued', 'running'), ('run', 'queued', 'failed'),
        ('run', 'queued', 'cancelled'), ('run', 'running', 'completed'),
        ('run', 'running', 'failed'), ('run', 'running', 'cancelled'),
        ('run', 'failed', 'queued'), ('run', 'cancelled', 'queued'),
        ('run_step', 'pending', 'running'),
        ('run_step', 'pending', 'skipped'),
        ('run_step', 'running', 'skipped'),
        ('run_step', 'running', 'completed'),
        ('run_step', 'running', 'failed'),
        ('run_step', 'running', 'pending'),
        ('run_step', 'failed', 'pending'),
        ('run_step', 'skipped', 'pending'),
        ('campaign', 'draft', 'generating'),
        ('campaign', 'failed', 'generating'),
        ('campaign', 'live', 'generating'),
        ('campaign', 'generating', 'live'),
        ('campaign', 'generating', 'failed'),
        ('campaign', 'live', 'archived'), ('campaign', 'archived', 'live'))
$$;

create function campaigns.is_final(p_status text) returns boolean
language sql immutable as $$
    select p_status in ('completed', 'failed', 'cancelled')
$$;

-- A step that others can build on.
create function campaigns.ended_well(p_status text, p_hit boolean)
returns boolean language sql immutable as $$
    select p_status = 'completed' or p_status = 'skipped' and p_hit
$$;

-- Whether visitors get a campaign: the old manifest while a new one is made.
create function campaigns.is_served(p_campaign campaigns.campaigns)
returns boolean language sql immutable as $$
    select p_campaign.deleted_at is null
       and p_campaign.manifest_artifact_id is not null
       and p_campaign.status in ('live', 'generating')
$$;

-- For triggers whose condition says what must not be.
create function campaigns.refuse() returns trigger
language plpgsql as $$
begin
    raise sqlstate 'GM030' using message = 'INVALID_STATE_TRANSITION: '
        || tg_argv[0] || case when tg_op = 'UPDATE'
           then ' ' || coalesce(to_jsonb(old) ->> 'status', 'row') else '' end
        || ' to ' || coalesce(to_jsonb(new) ->> 'status', 'another');
end
$$;

create trigger runs_first before insert on campaigns.runs for each row
    when (new.status <> 'queued')
    execute function campaigns.refuse('run');
create trigger runs_move before update on campaigns.runs for each row
    when (old.status <> new.status
          and not campaigns.may_move('run', old.status, new.status))
    execute function campaigns.refuse('run');
create trigger run_steps_first before insert on campaigns.run_steps
    for each row
    when (new.status <> 'pending' and not new.reused)
    execute function campaigns.refuse('run_step');
create trigger run_steps_move before update on campaigns.run_steps
    for each row
    when (old.status <> new.status
          and (not campaigns.may_move('run_step', old.status, new.status)
               or old.cache_hit
               or old.status = 'running' and new.status = 'skipped'
                  and not new.cache_hit))
    execute function campaigns.refuse('run_step');
create trigger campaigns_first before insert on campaigns.campaigns
    for each row
    when (new.status <> 'draft')
    execute function campaigns.refuse('campaign');
create trigger campaigns_move before update on campaigns.campaigns
    for each row
    when (old.status <> new.status
          and not campaigns.may_move('campaign', old.status, new.status))
    execute function campaigns.refuse('campaign');
create trigger artifacts_fixed before update on campaigns.artifacts
    for each row execute function campaigns.refuse('artifact');

-- A run that ended has no step that is to be done or being done.
create function campaigns.guard_end() returns trigger
language plpgsql as $$
begin
    if tg_table_name = 'runs' then
        if exists (select from campaigns.run_steps s
                    where s.run_id = new.id
                      and s.status in ('pending', 'running')) then
            raise sqlstate 'GM030' using message
                = 'INVALID_STATE_TRANSITION: run ends before its steps';
        end if;
    elsif exists (select from campaigns.runs r
                   where r.id = new.run_id
                     and campaigns.is_final(r.status)) then
        raise sqlstate 'GM030' using message
            = 'INVALID_STATE_TRANSITION: step of a run that has ended';
    end if;
    return new;
end
$$;
create trigger runs_end before update on campaigns.runs for each row
    when (campaigns.is_final(new.status) and old.status <> new.status)
    execute function campaigns.guard_end();
create trigger run_steps_begin before insert or update of status
    on campaigns.run_steps for each row
    when (new.status in ('pending', 'running'))
    execute function campaigns.guard_end();

-- ----------------------------------------------------------- updated_at

create function campaigns.touch() returns trigger
language plpgsql as $$
begin
    new.updated_at := clock_timestamp();
    return new;
end
$$;
create trigger runs_touch before update on campaigns.runs
    for each row execute function campaigns.touch();
create trigger run_steps_touch before update on campaigns.run_steps
    for each row execute function campaigns.touch();
create trigger step_cache_touch before update on campaigns.step_cache
    for each row execute function campaigns.touch();
create trigger plays_touch before update on campaigns.plays
    for each row execute function campaigns.touch();

-- Every write of a campaign is a version.
create function campaigns.count_version() returns trigger
language plpgsql as $$
begin
    new.version := old.version + 1;
    new.updated_at := clock_timestamp();
    return new;
end
$$;
create trigger campaigns_version before update on campaigns.campaigns
    for each row when (old.* is distinct from new.*)
    execute function campaigns.count_version();
