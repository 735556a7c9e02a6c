-- What the health page counts every few seconds must not read through what is long done.
CREATE INDEX outbox_unsent ON outbox (id) WHERE state <> 'sent';
CREATE INDEX inbox_dead ON inbox (id) WHERE state = 'dead';

-- How often a request failed. That its instance died, or that it waited so long that its claim ended, is no failure of the request.
ALTER TABLE inbox ADD COLUMN failures int NOT NULL DEFAULT 0;
