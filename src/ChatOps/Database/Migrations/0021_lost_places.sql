-- An incident's channel that the bot cannot write to: told once per cause, and until when.
CREATE TABLE lost_places (
    incident    int         NOT NULL REFERENCES incidents,
    cause       text        NOT NULL,                     -- archived, removed, deleted
    since       timestamptz NOT NULL,
    back_at     timestamptz,                              -- null: still lost
    PRIMARY KEY (incident, cause, since)
);
CREATE UNIQUE INDEX lost_places_open ON lost_places (incident, cause) WHERE back_at IS NULL;

-- What Slack refused for good: looked at every second.
CREATE INDEX outbox_dead ON outbox (destination, seq) WHERE state = 'dead' AND destination LIKE 'incident:%';
