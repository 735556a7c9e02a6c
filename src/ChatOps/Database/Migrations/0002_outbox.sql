-- What the bot says, in the order in which it says it.
-- Leases, waiting times and sending_since go by the database's clock; created_at and sent_at are business time.

-- A place to say it: a Slack channel, known by a key that exists before the channel does.
CREATE TABLE outbox_destinations (
    key           text        PRIMARY KEY,                -- 'incident:7', 'C0123ABC', 'U0123ABC' (direct message), '#incidents', 'response:5f…'
    channel_id    text,                                   -- Slack's id, once known
    channel_name  text,
    next_seq      bigint      NOT NULL DEFAULT 1,
    claimed_by    uuid,                                   -- the sender that sends its rows
    claimed_until timestamptz,
    blocked_until timestamptz                             -- Retry-After of chat.postMessage, which Slack limits per channel
);
CREATE UNIQUE INDEX outbox_destinations_by_channel ON outbox_destinations (channel_id) WHERE channel_id IS NOT NULL AND key LIKE 'incident:%';

-- A message that exists or is to exist, and where it stands.
CREATE TABLE outbox_messages (
    key           text        PRIMARY KEY,                -- 'incident 7 summary', 'step 12', 'action 9f…'
    destination   text        NOT NULL REFERENCES outbox_destinations,
    channel_id    text,
    ts            text
);
CREATE INDEX outbox_messages_by_destination ON outbox_messages (destination);

CREATE TABLE outbox (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    destination   text        NOT NULL REFERENCES outbox_destinations,
    seq           bigint      NOT NULL,
    kind          text        NOT NULL,                   -- show, ephemeral, respond, create_channel, invite, topic, pin, upload
    message_key   text,                                   -- show, pin: which message
    thread_of     text,                                   -- show, upload: the message whose thread it goes to
    recipient     text,                                   -- ephemeral: the person
    content       json        NOT NULL,                   -- json and not jsonb: it is only carried, and jsonb refuses a NUL that a log line may hold
    file          bytea,
    state         text        NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'sent', 'dead')),
    metadata_id   uuid        NOT NULL,                   -- in the message's metadata: found again after a crash
    attempts      int         NOT NULL DEFAULT 0,
    not_before    timestamptz,                            -- of a row that is 'sending': when what became of it may be looked up
    sending_since timestamptz,
    error         text,
    request_id    bigint,
    created_at    timestamptz NOT NULL,
    sent_at       timestamptz,
    UNIQUE (destination, seq)
);
CREATE INDEX outbox_open ON outbox (destination, seq) WHERE state IN ('pending', 'sending');
CREATE INDEX outbox_by_message ON outbox (message_key) WHERE state = 'pending';
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE state = 'sent';
