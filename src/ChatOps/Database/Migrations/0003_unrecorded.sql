-- What was looked at while this database was away: each message that carries such a look is imported once, whichever instance finds it.
CREATE TABLE unrecorded_imports (
    id          uuid        PRIMARY KEY,                  -- in the message's metadata
    incident    int         REFERENCES incidents,         -- null: looked at outside an incident's channel
    channel_id  text        NOT NULL,
    ts          text        NOT NULL,
    looked_at   timestamptz NOT NULL,
    imported_at timestamptz NOT NULL
);
