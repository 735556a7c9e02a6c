-- What the bot says, in the order in which it says it.

-- A place to say it: a Slack channel, known by a key that exists before the channel does.
CREATE TABLE outbox_destinations (
    key           text        PRIMARY KEY,                -- 'incident:7', 'C0123ABC', 'U0123ABC' (direct message), '#incidents'
    channel_id    text,                                   -- Slack's id, once known
    channel_name  text,
    next_seq      bigint      NOT NULL DEFAULT 1,
    claimed_by    uuid,
    claimed_until timestamptz,
    blocked_until timestamptz                             -- Retry-After
);
CREATE UNIQUE INDEX outbox_destinations_by_channel ON outbox_destinations (channel_id) WHERE channel_id IS NOT NULL AND key LIKE 'incident:%';

-- A message that exists or is to exist, and where it stands.
CREATE TABLE outbox_messages (
    key           text        PRIMARY KEY,                -- 'incident 7 summary', 'step 12', 'action 9f…'
    destination   text        NOT NULL REFERENCES outbox_destinations,
    channel_id    text,
    ts            text
);

CREATE TABLE outbox (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    destination   text        NOT NULL REFERENCES outbox_destinations,
    seq           bigint      NOT NULL,
    kind          text        NOT NULL,                   -- show, ephemeral, respond, create_channel, invite, topic, pin, upload
    message_key   text,
    content       jsonb       NOT NULL,
    file          bytea,
    state         text        NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'sent', 'dead')),
    metadata_id   uuid        NOT NULL,                   -- in the message's metadata: found again after a crash
    attempts      int         NOT NULL DEFAULT 0,
    not_before    timestamptz,
    sending_since timestamptz,
    error         text,
    request_id    bigint,
    created_at    timestamptz NOT NULL,
    sent_at       timestamptz,
    UNIQUE (destination, seq)
);
CREATE INDEX outbox_open ON outbox (destination, seq) WHERE state IN ('pending', 'sending');
CREATE INDEX outbox_by_message ON outbox (message_key, seq) WHERE state = 'pending';
