-- Deploys that wait until their target is free: at most one a target, a newer request takes the place of the one that waits.
CREATE TABLE deploy_queue (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target        text        NOT NULL,
    version       text        NOT NULL,
    strategy      text,                                   -- null: chosen by rule
    reason        text,
    forced        text[]      NOT NULL DEFAULT '{}',
    incident      int         REFERENCES incidents,       -- the one that it is the fix of
    requested_by  text        NOT NULL,
    asked_at      timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    channel       text        NOT NULL,                   -- where it was asked, and will ask
    state         text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'left', 'refused', 'superseded', 'withdrawn', 'expired')),
    looks         int         NOT NULL DEFAULT 0,         -- how often its turn came and the target was held again
    ended_at      timestamptz,
    ended_by      text,                                   -- a Slack user id, or 'chatops'
    request_id    bigint      NOT NULL UNIQUE
);
CREATE UNIQUE INDEX deploy_queue_one_waits ON deploy_queue (target) WHERE state = 'waiting';
