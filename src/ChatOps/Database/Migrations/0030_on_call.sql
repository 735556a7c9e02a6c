-- Who takes over a shift. The rotations themselves are in chatops.yaml.
CREATE TABLE oncall_overrides (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule    text        NOT NULL,
    person      text        NOT NULL,                   -- the Slack user who takes over
    from_at     timestamptz NOT NULL,
    until_at    timestamptz NOT NULL CHECK (until_at > from_at),
    asked_by    text        NOT NULL,
    asked_at    timestamptz NOT NULL,
    why         text        NOT NULL DEFAULT '',
    state       text        NOT NULL CHECK (state IN ('offered', 'active', 'declined', 'cancelled')),
    decided_by  text,
    decided_at  timestamptz,
    incident    int         REFERENCES incidents,       -- the one in whose channel it was asked for
    request_id  bigint      NOT NULL UNIQUE
);
CREATE INDEX oncall_overrides_open ON oncall_overrides (until_at) WHERE state IN ('offered', 'active');

-- A call for people, until one of them answers.
CREATE TABLE pages (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident        int         NOT NULL REFERENCES incidents,
    reason          text        NOT NULL,
    asked_by        text        NOT NULL,               -- a Slack user; 'chatops' for what the bot does by itself
    asked_at        timestamptz NOT NULL,
    person          text,                               -- the Slack user who is called first; null: whoever is on call
    schedule        text,                               -- whose people are called; null: that of the incident's service
    lead            text,                               -- who led the incident when it was asked for: whoever leads later has taken it
    question        text,                               -- 'action <id>', 'operation <id>': the question that nobody answered; the page ends with it
    state           text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'acknowledged', 'stopped', 'unanswered')),
    step            int         NOT NULL DEFAULT 0,     -- how often somebody was called
    due_at          timestamptz,                        -- when the next are called; null: nobody waits
    acknowledged_by text,
    ended_at        timestamptz,
    once            text        UNIQUE                  -- what is paged for once alone
);
CREATE INDEX pages_waiting ON pages (due_at) WHERE state = 'waiting';
CREATE INDEX pages_by_incident ON pages (incident, id);

CREATE TABLE page_calls (
    page        bigint      NOT NULL REFERENCES pages,
    person      text        NOT NULL,
    step        int         NOT NULL,
    called_at   timestamptz NOT NULL,
    PRIMARY KEY (page, person)
);

-- Questions that wait for a press are looked for every second.
CREATE INDEX pending_actions_asked ON pending_actions (requested_at) WHERE state = 'pending';
CREATE INDEX operations_unknown ON operations (incident) WHERE state = 'unknown';
