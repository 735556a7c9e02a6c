-- What PagerDuty is to be told. An event that repeats does no harm there: it is told apart by its dedup key.
CREATE TABLE pager_events (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident    int         NOT NULL REFERENCES incidents,
    dedup_key   text        NOT NULL,
    action      text        NOT NULL CHECK (action IN ('trigger', 'acknowledge', 'resolve')),
    summary     text        NOT NULL,
    severity    text        NOT NULL,
    source      text        NOT NULL,
    made_at     timestamptz NOT NULL,
    state       text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'refused')),
    due_at      timestamptz NOT NULL,
    attempts    int         NOT NULL DEFAULT 0,
    error       text,
    ended       boolean     NOT NULL DEFAULT false,     -- the incident is over and its phones need not ring any more
    once        text        NOT NULL UNIQUE
);
CREATE INDEX pager_events_waiting ON pager_events (incident, id) WHERE state = 'waiting';
CREATE INDEX pager_events_ringing ON pager_events (incident) WHERE action = 'trigger' AND NOT ended;
CREATE INDEX pager_events_by_incident ON pager_events (incident, id);
