-- Tables of mod_game: the configuration of games and the ledger of users.
--
-- Rows of users are led by bucket (the last byte of the user's id modulo
-- 64): totals that many users feed are spread over 64 rows, and a
-- distributed Postgres shards by it. Configuration tables are small.

create table game.api_keys (
    prefix       text primary key,
    digest       bytea not null unique check (octet_length(digest) = 32),
    client       text not null,
    description  text not null default '',
    realm_id     text check (realm_id ~ '^[A-Za-z0-9_.-]{1,64}$'),
    admin        boolean not null default false,
    active       boolean not null default true,
    created_by   text,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    revoked_at   timestamptz
);
create index api_keys_created on game.api_keys (created_at, prefix);

create table game.oauth_users (
    subject      text primary key,
    provider     text not null default 'oidc',
    status       text not null default 'active',
    created_at   timestamptz not null default now()
);

create table game.games (
    id                uuid primary key default gen_random_uuid(),
    external_game_id  text not null,
    platform          text not null,
    strategy_id       text not null default 'default',
    key_prefix        text references game.api_keys (prefix),
    subject           text,
    realm_id          text,
    version           bigint not null default 1,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    deleted_at        timestamptz
);
create unique index games_external on game.games
    (external_game_id, coalesce(realm_id, '')) where deleted_at is null;
create index games_key on game.games (key_prefix, created_at, id);
create index games_subject on game.games (subject, created_at, id);
create index games_realm on game.games (realm_id, created_at, id);
create index games_strategy on game.games (strategy_id)
    where deleted_at is null;

create table game.game_params (
    id          uuid primary key default gen_random_uuid(),
    game_id     uuid not null references game.games (id),
    position    bigint generated always as identity,
    key         text not null,
    value       text not null,
    created_at  timestamptz not null default now()
);
create index game_params_game on game.game_params (game_id, position);

create table game.tasks (
    id                uuid primary key default gen_random_uuid(),
    game_id           uuid not null references game.games (id),
    external_task_id  text not null check (external_task_id <> ''),
    strategy_id       text,
    status            text not null default 'open',
    key_prefix        text references game.api_keys (prefix),
    subject           text,
    version           bigint not null default 1,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    deleted_at        timestamptz
);
create unique index tasks_external on game.tasks (game_id, external_task_id)
    where deleted_at is null;
create index tasks_created on game.tasks (game_id, created_at, id)
    where deleted_at is null;
create index tasks_by_name on game.tasks (external_task_id)
    where deleted_at is null;
create index tasks_strategy on game.tasks (strategy_id)
    where deleted_at is null;

create table game.task_params (
    id          uuid primary key default gen_random_uuid(),
    task_id     uuid not null references game.tasks (id),
    position    bigint generated always as identity,
    key         text not null,
    value       text not null,
    created_at  timestamptz not null default now()
);
create index task_params_task on game.task_params (task_id, position);

-- ---------------------------------------------------------------- users

create table game.users (
    bucket            smallint not null,
    id                uuid not null,
    external_user_id  text not null,
    realm_id          text,
    key_prefix        text,
    subject           text,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (bucket, id),
    check (bucket = get_byte(uuid_send(id), 15) & 63)
);
create index users_created on game.users (created_at, id);

-- One row an award; what the strategy was told and what it answered.
create table game.awards (
    bucket           smallint not null,
    user_id          uuid not null,
    task_id          uuid not null,
    created_at       timestamptz not null,
    id               uuid not null default gen_random_uuid(),
    game_id          uuid not null,
    points           bigint not null,
    case_name        text not null,
    description      text,
    data             jsonb,
    idempotency_key  text check (octet_length(idempotency_key) <= 255),
    request_digest   bytea,
    key_prefix       text,
    subject          text,
    primary key (bucket, user_id, task_id, created_at, id)
);
create unique index awards_idempotency on game.awards
    (bucket, user_id, task_id, idempotency_key)
    where idempotency_key is not null;

create table game.wallets (
    bucket           smallint not null,
    user_id          uuid not null,
    points_balance   bigint not null default 0,
    coins_balance    numeric not null default 0 check (coins_balance >= 0),
    conversion_rate  integer not null check (conversion_rate > 0),
    key_prefix       text,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    primary key (bucket, user_id)
) with (fillfactor = 60);

-- points and coins are signed: what the movement did to the balances.
create table game.movements (
    bucket           smallint not null,
    user_id          uuid not null,
    created_at       timestamptz not null,
    id               uuid not null default gen_random_uuid(),
    kind             text not null,
    points           bigint not null,
    coins            numeric not null default 0,
    rate             numeric not null default 0,
    data             jsonb,
    task_id          uuid,
    award_id         uuid,
    idempotency_key  text check (octet_length(idempotency_key) <= 255),
    request_digest   bytea,
    key_prefix       text,
    subject          text,
    primary key (bucket, user_id, created_at, id),
    check (kind in ('AssignPoints', 'ConvertPointsToCoins', 'ReversePoints')),
    check (kind = 'ConvertPointsToCoins' or award_id is not null)
);
create unique index movements_idempotency on game.movements
    (bucket, user_id, kind, idempotency_key)
    where idempotency_key is not null;

create table game.user_actions (
    bucket           smallint not null,
    user_id          uuid not null,
    created_at       timestamptz not null,
    id               uuid not null default gen_random_uuid(),
    type_action      text not null,
    description      text,
    data             jsonb,
    game_id          uuid,
    task_id          uuid,
    idempotency_key  text check (octet_length(idempotency_key) <= 255),
    request_digest   bytea,
    key_prefix       text,
    subject          text,
    primary key (bucket, user_id, created_at, id)
);
create unique index user_actions_idempotency on game.user_actions
    (bucket, user_id, coalesce(task_id, user_id), idempotency_key)
    where idempotency_key is not null;

-- ----------------------------------------------------------- aggregates
-- Kept inside the award's transaction, so that scoring and reading cost
-- the same at ten rows and at ten million.

create table game.user_tasks (
    bucket    smallint not null,
    user_id   uuid not null,
    task_id   uuid not null,
    game_id   uuid not null,
    n         bigint not null,
    points    bigint not null,
    first_at  timestamptz not null,
    last_at   timestamptz not null,
    prev_at   timestamptz,
    primary key (bucket, user_id, task_id)
) with (fillfactor = 60);
create index user_tasks_task on game.user_tasks (task_id, first_at, user_id);

-- version moves with every award of the user in the game: what a strategy
-- read is still true when the version that it read is still there.
create table game.user_games (
    bucket       smallint not null,
    user_id      uuid not null,
    game_id      uuid not null,
    version      bigint not null,
    n            bigint not null,
    points       bigint not null,
    first_at     timestamptz,
    last_at      timestamptz,
    minutes_n    bigint not null default 0,
    minutes_sum  double precision not null default 0,
    primary key (bucket, user_id, game_id)
) with (fillfactor = 60);
create index user_games_game on game.user_games (game_id, user_id);

create table game.task_parts (
    task_id      uuid not null,
    bucket       smallint not null,
    game_id      uuid not null,
    n            bigint not null,
    points       bigint not null,
    first_at     timestamptz not null,
    last_at      timestamptz not null,
    minutes_n    bigint not null default 0,
    minutes_sum  double precision not null default 0,
    primary key (task_id, bucket)
) with (fillfactor = 40);
create index task_parts_game on game.task_parts (game_id);
