-- Alerts that a person silenced where they come from.
CREATE TABLE alert_silences (
    operation   uuid        PRIMARY KEY REFERENCES operations,
    source      text        NOT NULL,
    silence_id  text        NOT NULL,                     -- as the source calls it
    name        text        NOT NULL,                     -- of the alert
    incident    int         REFERENCES incidents,
    suggestion  bigint      REFERENCES alert_suggestions,
    by_whom     text        NOT NULL,
    ends_at     timestamptz NOT NULL
);
CREATE INDEX alert_silences_by_incident ON alert_silences (incident) WHERE incident IS NOT NULL;
CREATE INDEX alert_silences_by_suggestion ON alert_silences (suggestion) WHERE suggestion IS NOT NULL;
