-- The severity that an alert's rule asked for while the incident was milder, when it was asked whether it is that bad; null: never. Once for each severity.
ALTER TABLE alert_incidents ADD COLUMN worse_asked int;
-- Whether the last of these questions stands unanswered.
ALTER TABLE alert_incidents ADD COLUMN worse_open boolean NOT NULL DEFAULT false;
