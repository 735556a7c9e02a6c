-- What the message that lists an incident's alerts was drawn from: it is drawn anew when somebody takes the incident, or its state changes. Null: not known.
ALTER TABLE alert_incidents ADD COLUMN drawn text;
