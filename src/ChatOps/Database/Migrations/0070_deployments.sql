-- What people decided about deploys (locks, freezes, bad versions), and what was deployed.
-- Commands that change one of them carry request_id: a second run of the request finds what the first one made.

-- Nobody but the owner deploys to the target. The bot's own locks are leases: a crash leaves none behind. A person's ends when
-- somebody unlocks, or when the time has passed that they gave; nothing else takes it.
CREATE TABLE deploy_locks (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target        text        NOT NULL,
    owner         text        NOT NULL,                   -- a Slack user id, or 'chatops'
    reason        text        NOT NULL,
    locked_at     timestamptz NOT NULL,
    until         timestamptz,                            -- business time; null: until somebody unlocks
    lease_until   timestamptz,                            -- by the database's clock; the bot's locks alone
    holder        uuid,                                   -- the operation for which the bot holds it
    ended_at      timestamptz,
    ended_by      text,
    request_id    bigint      UNIQUE,
    CHECK ((owner = 'chatops') = (lease_until IS NOT NULL))
);
CREATE UNIQUE INDEX deploy_locks_one_per_target ON deploy_locks (target) WHERE ended_at IS NULL;

-- Freezes by command; those of chatops.yaml are not here.
CREATE TABLE deploy_freezes (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    environment   text,                                   -- null: all
    declared_by   text        NOT NULL,
    reason        text        NOT NULL,
    since         timestamptz NOT NULL,
    until         timestamptz,                            -- null: until somebody ends it
    ended_at      timestamptz,
    ended_by      text,
    request_id    bigint      UNIQUE
);
CREATE INDEX deploy_freezes_open ON deploy_freezes (environment) WHERE ended_at IS NULL;

-- Versions that are not to run in an environment again.
CREATE TABLE bad_versions (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target        text        NOT NULL,
    version       text        NOT NULL,
    marked_by     text        NOT NULL,                   -- a Slack user id, or 'chatops' for what a press armed
    reason        text        NOT NULL,
    marked_at     timestamptz NOT NULL,
    operation_id  uuid,                                   -- the rollback that marked it
    unmarked_at   timestamptz,
    unmarked_by   text
);
CREATE UNIQUE INDEX bad_versions_once ON bad_versions (target, version) WHERE unmarked_at IS NULL;

-- One row for every deploy and rollback, by the id of its operation.
CREATE TABLE deployments (
    id            uuid        PRIMARY KEY,
    kind          text        NOT NULL CHECK (kind IN ('deploy', 'rollback')),
    target        text        NOT NULL,
    service       text        NOT NULL GENERATED ALWAYS AS (left(target, length(target) - strpos(reverse(target), '@'))) STORED,
    environment   text        NOT NULL GENERATED ALWAYS AS (right(target, strpos(reverse(target), '@') - 1)) STORED,
    from_version  text,
    to_version    text        NOT NULL,
    strategy      text        NOT NULL,
    requested_by  text        NOT NULL,
    confirmed_by  text        NOT NULL,
    started_at    timestamptz NOT NULL,
    finished_at   timestamptz,
    outcome       text        CHECK (outcome IN ('succeeded', 'failed', 'rolled-back', 'not-done', 'unknown')),
    sentence      text,                                   -- what it ended with, for people
    incident      int         REFERENCES incidents,       -- the one that it is part of: as its fix
    caused        int         REFERENCES incidents,       -- the one that a person or a rule says it caused
    commits       jsonb       NOT NULL DEFAULT '[]',      -- [{version, commit, author, message, createdAt}], newest first
    forced        text[]      NOT NULL DEFAULT '{}',      -- gates that were overridden
    reason        text
);
-- History of a target, of a service, and the figures of a time.
CREATE INDEX deployments_by_target ON deployments (target, started_at DESC);
CREATE INDEX deployments_by_service ON deployments (service, environment, started_at DESC);
CREATE INDEX deployments_unfinished ON deployments (started_at) WHERE finished_at IS NULL;
