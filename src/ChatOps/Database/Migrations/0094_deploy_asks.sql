-- Deploys that were refused to somebody and that somebody else may pass: asking those people counts once.
CREATE TABLE deploy_asks (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target        text        NOT NULL,
    version       text        NOT NULL,
    strategy      text,                                   -- null: chosen by rule
    reason        text,                                   -- of whoever wants it
    action        text        NOT NULL,                   -- the right that they lack
    gates         text[]      NOT NULL DEFAULT '{}',      -- what would have to be overridden
    code          text        NOT NULL,                   -- of the refusal
    sentence      text        NOT NULL,
    requested_by  text        NOT NULL,
    channel       text        NOT NULL,
    offered_at    timestamptz NOT NULL,
    asked_at      timestamptz,                            -- null: offered and not pressed
    request_id    bigint      NOT NULL UNIQUE
);
