-- Alerts that come in, what they were about, and what became of them.

-- One row for each alert that its source tells apart; it fires and is resolved again and again.
CREATE TABLE alerts (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source      text        NOT NULL,                     -- its name in chatops.yaml
    fingerprint text        NOT NULL,
    name        text        NOT NULL,                     -- of the rule there that raised it: false alarms count against it
    title       text        NOT NULL,
    summary     text        NOT NULL,
    service     text,                                     -- of the catalog; null: it names none
    place       text        NOT NULL,                     -- what is decided about together: the service, else the source and its group
    labels      jsonb       NOT NULL,                     -- those that are short and hold no secret; a silence is made of them
    url         text,
    level       int         NOT NULL,                     -- 0 info, 1 warning, 2 critical
    rule        text        NOT NULL,                     -- ours, of chatops.yaml
    action      text        NOT NULL CHECK (action IN ('open', 'suggest', 'digest', 'ignore')),
    severity    int         NOT NULL CHECK (severity BETWEEN 1 AND 4),
    page        boolean     NOT NULL,
    firing      boolean     NOT NULL,
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz,
    changed_at  timestamptz NOT NULL,                     -- when it last began or ended, as told to us
    pending     boolean     NOT NULL,                     -- it changed, and nobody has decided yet what follows
    incident    int         REFERENCES incidents,
    suggestion  bigint,
    request_id  bigint      NOT NULL,                     -- the request that brought the change
    UNIQUE (source, fingerprint)
);
CREATE INDEX alerts_pending ON alerts (place) WHERE pending;
CREATE INDEX alerts_by_place ON alerts (place);
CREATE INDEX alerts_by_incident ON alerts (incident) WHERE incident IS NOT NULL;
CREATE INDEX alerts_by_suggestion ON alerts (suggestion) WHERE suggestion IS NOT NULL;
CREATE INDEX alerts_digest ON alerts (changed_at) WHERE action = 'digest';
CREATE INDEX alerts_over ON alerts (changed_at) WHERE NOT firing;

-- A question in the incidents channel: is this an incident?
CREATE TABLE alert_suggestions (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    place       text        NOT NULL,
    source      text        NOT NULL,
    service     text,
    state       text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'started', 'dismissed')),
    opened_at   timestamptz NOT NULL,
    resolved_at timestamptz,                              -- since when none of its alerts fires; null: one does
    decided_by  text,                                     -- a person, or 'chatops' where an incident of its own accord took its alerts in
    decided_at  timestamptz,
    incident    int         REFERENCES incidents,
    request_id  bigint      NOT NULL UNIQUE
);
CREATE UNIQUE INDEX alert_suggestions_open ON alert_suggestions (place) WHERE state = 'open';
CREATE INDEX alert_suggestions_by_place ON alert_suggestions (place, id DESC);

-- Each time that a rule there raised something here; whether it was a false alarm says alert_verdicts.
CREATE TABLE alert_raises (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source      text        NOT NULL,
    name        text        NOT NULL,
    rule        text        NOT NULL,
    at          timestamptz NOT NULL,
    incident    int         REFERENCES incidents,
    suggestion  bigint      REFERENCES alert_suggestions,
    false_by    text,                                     -- who said so
    false_at    timestamptz
);
CREATE UNIQUE INDEX alert_raises_by_incident ON alert_raises (incident, source, name) WHERE incident IS NOT NULL;
CREATE UNIQUE INDEX alert_raises_by_suggestion ON alert_raises (suggestion, source, name) WHERE suggestion IS NOT NULL;
CREATE INDEX alert_raises_by_name ON alert_raises (source, name, id DESC);
CREATE INDEX alert_raises_by_time ON alert_raises (at);

CREATE VIEW alert_verdicts AS
    SELECT r.id, r.source, r.name, r.rule, r.at, r.incident, r.suggestion,
           r.false_at IS NOT NULL OR COALESCE(i.status = 'cancelled', false) AS false_alarm
    FROM alert_raises r LEFT JOIN incidents i ON i.number = r.incident;

-- What an incident's alerts have been asked and told about.
CREATE TABLE alert_incidents (
    incident    int         PRIMARY KEY REFERENCES incidents,
    asked_at    timestamptz                               -- when it was asked whether it is over, since no alert fires; null: not yet
);

CREATE TABLE alert_digests (
    due_at      timestamptz PRIMARY KEY,
    since       timestamptz NOT NULL,                     -- it tells of what changed from here on
    sent_at     timestamptz
);
CREATE INDEX alert_digests_due ON alert_digests (due_at) WHERE sent_at IS NULL;
