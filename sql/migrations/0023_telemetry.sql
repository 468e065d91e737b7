-- Telemetry: what was asked of the API, and what was done with it. Written
-- beside the work, in batches, by every process; nothing refers to these
-- rows, and losing one harms nobody.
--
-- Time leads the primary keys: rows come in about that order, so the index
-- grows at its right end alone, and retention deletes from its left. A BRIN
-- index would be smaller, but vacuum gives the room of old rows to new ones,
-- and its ranges then reach over all times.

-- One row a request that found its route.
create table game.request_log (
    created_at   timestamptz not null,
    id           uuid not null default gen_random_uuid(),
    endpoint     text not null,             -- as "/api/v1/games/{gameId}"
    method       text not null,
    status       integer not null,
    duration_us  bigint not null,
    bytes        bigint not null,           -- of the answer
    user_id      uuid,                      -- whom it was about
    key_prefix   text,
    subject      text,
    realm_id     text,
    request_id   text,
    primary key (created_at, id)
);
-- what is kept of a person who asked with a token
create index request_log_subject on game.request_log (subject)
    where subject is not null;

-- All of them, counted, also those whose row was dropped. A day has many
-- rows, so that processes seldom wait for each other; readers sum them.
create table game.request_days (
    day          date not null,             -- UTC
    slot         smallint not null,
    n            bigint not null,
    ok           bigint not null,           -- 200..399
    errors       bigint not null,           -- 500 and above
    duration_us  bigint not null,
    primary key (day, slot)
) with (fillfactor = 50);

-- What callers did, as /dashboard/summary/logs counts it: by level and time,
-- of a key, a subject or a realm.
create table game.audit_log (
    created_at   timestamptz not null,
    id           uuid not null default gen_random_uuid(),
    level        text not null check (level in ('INFO', 'SUCCESS', 'ERROR')),
    module       text not null,
    message      text not null,
    details      jsonb,                     -- ids and codes
    key_prefix   text,
    subject      text,
    realm_id     text,
    request_id   text,
    primary key (created_at, id)
);
create index audit_log_key on game.audit_log (key_prefix, created_at, level)
    where key_prefix is not null;
create index audit_log_subject on game.audit_log
    (subject, created_at, level) where subject is not null;
create index audit_log_realm on game.audit_log
    (realm_id, created_at, level) where realm_id is not null;

-- Interactions of users: the domain model has a table of them, each with a
-- type and a detail, between a user and a task. Every award and every action
-- is one, and all that it says is in their rows already. So this is a view:
-- nothing is stored twice, no interaction can be missing or left over, what
-- is imported or erased is so here too, and an award costs nothing more.
--
-- Those of one user are read by both tables' primary keys.
create view game.interactions as
select a.bucket, a.user_id, a.created_at, a.id, 'award'::text as kind,
       'award'::text as interaction_type, a.case_name as interaction_detail,
       a.game_id, a.task_id, a.key_prefix, a.subject
  from game.awards a
union all
select u.bucket, u.user_id, u.created_at, u.id, 'action',
       u.type_action, u.description, u.game_id, u.task_id, u.key_prefix,
       u.subject
  from game.user_actions u;
