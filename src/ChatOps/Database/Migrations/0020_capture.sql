-- What is said and done in incidents' channels, on its way into the timeline.

-- A message: known as soon as anything of it is heard, in whichever order it is heard. A timeline entry is written once its first words are known
-- and somebody wanted it there. What nobody wanted is forgotten after a week.
CREATE TABLE channel_messages (
    channel_id  text        NOT NULL,
    ts          text        NOT NULL,
    incident    int         REFERENCES incidents,         -- null: of another channel, and nobody has said yet for which incident
    author      text,                                     -- a Slack user or bot; null: not known yet
    thread_ts   text,                                     -- the thread's first message, of a reply
    wanted_by   text,                                     -- who pinned, marked or chose it; null: nobody. A reply is wanted with its thread
    wanted_how  text,
    written     boolean     NOT NULL DEFAULT false,       -- its own entry is in the timeline
    due_at      timestamptz,                              -- wanted and not written: when to look again
    looks       int         NOT NULL DEFAULT 0,
    seen_at     timestamptz NOT NULL,
    PRIMARY KEY (channel_id, ts)
);
CREATE INDEX channel_messages_thread ON channel_messages (channel_id, thread_ts) WHERE thread_ts IS NOT NULL;
CREATE INDEX channel_messages_due ON channel_messages (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX channel_messages_unwanted ON channel_messages (seen_at) WHERE wanted_by IS NULL AND NOT written;

-- Its words as first written, after each edit, and that it is gone.
CREATE TABLE channel_message_versions (
    channel_id  text        NOT NULL,
    ts          text        NOT NULL,
    version     text        NOT NULL,                     -- '' as first written; else Slack's ts of the edit or of the deletion
    gone        boolean     NOT NULL,
    text        text        NOT NULL,
    files       jsonb       NOT NULL DEFAULT '[]',
    actor       text,                                     -- who wrote, edited; null where Slack does not say
    written     boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (channel_id, ts, version, gone),
    FOREIGN KEY (channel_id, ts) REFERENCES channel_messages ON DELETE CASCADE
);

-- What happened to an incident's channel, each once however often it is delivered.
CREATE TABLE channel_happenings (
    channel_id  text        NOT NULL,
    kind        text        NOT NULL,                     -- joined, left, topic, renamed, archived, ...
    ts          text        NOT NULL,
    subject     text        NOT NULL,                     -- the person it is about; '' where it is about the channel
    PRIMARY KEY (channel_id, kind, ts, subject)
);
CREATE INDEX channel_happenings_by_subject ON channel_happenings (channel_id, subject, ts);
