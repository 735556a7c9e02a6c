-- The tables of an incident, from the request that starts it to its post-mortem.
-- Times are timestamptz in UTC. Rows that a request creates carry request_id (the inbox row's id).

-- Requests ------------------------------------------------------------------------------------------------------------
CREATE TABLE inbox (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source        text        NOT NULL,                   -- slack, internal, ...
    key           text        NOT NULL,                   -- unique within its source: trigger_id, event_id, view id ...
    kind          text        NOT NULL,                   -- which shape the body has
    body          bytea,                                  -- blanked when the request is done
    state         text        NOT NULL DEFAULT 'claimed' CHECK (state IN ('waiting', 'claimed', 'done', 'dead')),
    claimed_by    uuid,
    claimed_until timestamptz,
    attempts      int         NOT NULL DEFAULT 0,
    received_at   timestamptz NOT NULL,
    done_at       timestamptz,
    error_id      text,                                   -- what the person was shown and the log can be searched for
    UNIQUE (source, key)
);
CREATE INDEX inbox_open ON inbox (claimed_until) WHERE state IN ('waiting', 'claimed');
CREATE INDEX inbox_done ON inbox (done_at) WHERE state = 'done';

-- Incidents -----------------------------------------------------------------------------------------------------------
CREATE TABLE incidents (
    number          int         GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    short_id        text        NOT NULL UNIQUE,          -- in the channel's name: proof after a crash that the channel is ours
    title           text        NOT NULL,
    severity        int         CHECK (severity BETWEEN 1 AND 4),
    severity_rule   text,                                 -- the sentence of the rule that suggested it
    status          text        NOT NULL CHECK (status IN ('triage', 'open', 'watching', 'resolved', 'closed', 'cancelled', 'merged')),
    service         text,                                 -- null: not known yet
    environment     text        NOT NULL,
    declared_by     text        NOT NULL,
    declared_at     timestamptz NOT NULL,
    declared_in     text        NOT NULL,                 -- the Slack channel it was declared from
    lead            text,
    onset_at        timestamptz,
    onset_source    text,
    acknowledged_at timestamptz,
    mitigated_at    timestamptz,                          -- start of the healthy time that ended the downtime
    resolved_at     timestamptz,
    resolved_by     text,
    resolution      text,
    cause           text,                                 -- the text of the leading hypothesis, or what a person wrote
    cause_confirmed_by text,
    cause_confirmed_at timestamptz,
    cancelled_reason text,
    probe_due_at    timestamptz,                          -- next probe while open
    watch_until     timestamptz,
    request_id      bigint      NOT NULL UNIQUE
);
CREATE INDEX incidents_open ON incidents (declared_at DESC) WHERE status IN ('triage', 'open', 'watching');
CREATE INDEX incidents_probe_due ON incidents (probe_due_at) WHERE probe_due_at IS NOT NULL;
CREATE INDEX incidents_by_service ON incidents (service, declared_at DESC);

-- One run of one step; the message that shows it has the key 'step <id>'.
CREATE TABLE incident_steps (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident     int         NOT NULL REFERENCES incidents,
    step         text        NOT NULL CHECK (step IN ('assess', 'logs', 'resources', 'fix', 'verify')),
    requested_by text        NOT NULL,
    started_at   timestamptz NOT NULL,
    finished_at  timestamptz,
    outcome      text,                                    -- one line
    passed       boolean,                                 -- verify alone
    hypotheses   jsonb,                                   -- the ranking after this step
    request_id   bigint      NOT NULL UNIQUE
);
CREATE INDEX incident_steps_by_incident ON incident_steps (incident, id);

CREATE TABLE evidence (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident     int         NOT NULL REFERENCES incidents,
    step_id      bigint      REFERENCES incident_steps,   -- null: saved by an operation or imported
    sign         text        NOT NULL,
    service      text        NOT NULL,
    text         text        NOT NULL,
    weight       text        NOT NULL,
    at           timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    source       text        NOT NULL,
    link         text,
    data         jsonb       NOT NULL DEFAULT '{}'
);
CREATE INDEX evidence_by_incident ON evidence (incident, id);

-- What the probes answered while an incident was open: downtime is counted from these rows.
CREATE TABLE probes (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident    int         NOT NULL REFERENCES incidents,
    target      text        NOT NULL,
    probe       text        NOT NULL,
    healthy     boolean     NOT NULL,
    detail      text        NOT NULL,
    at          timestamptz NOT NULL,
    took_ms     int         NOT NULL
);
CREATE INDEX probes_by_incident ON probes (incident, at);

-- Confirmations and operations ----------------------------------------------------------------------------------------
CREATE TABLE pending_actions (
    id            uuid        PRIMARY KEY,
    kind          text        NOT NULL,                   -- restart, rollback
    target        text        NOT NULL,
    arguments     jsonb       NOT NULL,
    fingerprint   text        NOT NULL,                   -- what the card says is true
    incident      int         REFERENCES incidents,
    requested_by  text        NOT NULL,
    requested_at  timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    state         text        NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'confirmed', 'declined', 'expired', 'outdated')),
    decided_by    text,
    decided_at    timestamptz,
    destination   text        NOT NULL,                   -- where the card is
    request_id    bigint      NOT NULL,
    UNIQUE (request_id, kind)
);
CREATE INDEX pending_actions_expiry ON pending_actions (expires_at) WHERE state = 'pending';

CREATE TABLE operations (
    id            uuid        PRIMARY KEY,                -- given to the platform
    number        bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
    action_id     uuid        NOT NULL UNIQUE REFERENCES pending_actions,
    kind          text        NOT NULL,
    target        text        NOT NULL,
    arguments     jsonb       NOT NULL,
    incident      int         REFERENCES incidents,
    state         text        NOT NULL CHECK (state IN ('requested', 'running', 'succeeded', 'failed', 'unknown')),
    active        boolean     GENERATED ALWAYS AS (state IN ('requested', 'running', 'unknown')) STORED,
    confirmed_by  text        NOT NULL,
    requested_at  timestamptz NOT NULL,
    started_at    timestamptz,
    called_at     timestamptz,                            -- set before the platform is called
    finished_at   timestamptz,
    owner         uuid,
    lease_until   timestamptz,                            -- by the database's clock
    outcome       text,
    destination   text        NOT NULL
);
-- One operation per target at a time, across all incidents and instances.
CREATE UNIQUE INDEX operations_one_per_target ON operations (target) WHERE active;
CREATE INDEX operations_unfinished ON operations (lease_until) WHERE state IN ('requested', 'running');
CREATE INDEX operations_by_target ON operations (target, finished_at DESC);

-- The record ----------------------------------------------------------------------------------------------------------
CREATE TABLE timeline (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident    int         REFERENCES incidents,
    target      text,
    kind        text        NOT NULL,
    at          timestamptz NOT NULL,                     -- when it happened
    recorded_at timestamptz NOT NULL,                     -- when it was written down
    actor       text        NOT NULL,                     -- a Slack user id; 'chatops' for what the bot did by itself
    text        text        NOT NULL,
    data        jsonb       NOT NULL DEFAULT '{}',
    request_id  bigint,
    part        text        NOT NULL DEFAULT '',          -- tells apart several entries of one kind from one request
    redacted    boolean     NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX timeline_once ON timeline (request_id, kind, part) WHERE request_id IS NOT NULL;
CREATE INDEX timeline_by_incident ON timeline (incident, at, id);
CREATE INDEX timeline_by_target ON timeline (target, at DESC) WHERE target IS NOT NULL;

CREATE TABLE timeline_redactions (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    timeline_id bigint      NOT NULL,
    by_whom     text        NOT NULL,
    reason      text        NOT NULL,
    at          timestamptz NOT NULL DEFAULT now()
);

-- Append-only: a row changes through redact() alone, which leaves its tombstone.
CREATE FUNCTION timeline_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'timeline' THEN
        IF current_setting('chatops.redacting', true) = OLD.id::text
           AND NEW.redacted AND NEW.id = OLD.id AND NEW.incident IS NOT DISTINCT FROM OLD.incident AND NEW.kind = OLD.kind
           AND NEW.at = OLD.at AND NEW.recorded_at = OLD.recorded_at AND NEW.actor = OLD.actor
           AND EXISTS (SELECT 1 FROM timeline_redactions r WHERE r.timeline_id = OLD.id) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the % is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER timeline_no_change BEFORE UPDATE OR DELETE ON timeline FOR EACH ROW EXECUTE FUNCTION timeline_is_append_only();
CREATE TRIGGER timeline_no_truncate BEFORE TRUNCATE ON timeline FOR EACH STATEMENT EXECUTE FUNCTION timeline_is_append_only();
CREATE TRIGGER timeline_redactions_no_change BEFORE UPDATE OR DELETE ON timeline_redactions FOR EACH ROW EXECUTE FUNCTION timeline_is_append_only();
CREATE TRIGGER timeline_redactions_no_truncate BEFORE TRUNCATE ON timeline_redactions FOR EACH STATEMENT EXECUTE FUNCTION timeline_is_append_only();

CREATE FUNCTION redact(entry bigint, by_whom text, reason text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = chatops AS $$
BEGIN
    INSERT INTO timeline_redactions (timeline_id, by_whom, reason) VALUES (entry, by_whom, reason);
    PERFORM set_config('chatops.redacting', entry::text, true);
    UPDATE timeline SET text = '[removed: ' || reason || ']', data = '{}', redacted = true WHERE id = entry;
    PERFORM set_config('chatops.redacting', '', true);
END $$;

-- Post-mortems: a version is never changed, the newest counts ---------------------------------------------------------
CREATE TABLE post_mortems (
    incident    int         NOT NULL REFERENCES incidents,
    version     int         NOT NULL,
    state       text        NOT NULL CHECK (state IN ('draft', 'reviewed')),
    sections    jsonb       NOT NULL,                     -- [{name, text, edited_by, edited_at}]
    markdown    text        NOT NULL,
    made_by     text        NOT NULL,                     -- 'chatops' or the person who edited
    made_at     timestamptz NOT NULL,
    request_id  bigint,
    PRIMARY KEY (incident, version)
);
CREATE UNIQUE INDEX post_mortems_once ON post_mortems (request_id) WHERE request_id IS NOT NULL;
