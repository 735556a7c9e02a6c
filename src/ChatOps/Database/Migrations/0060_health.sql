-- What the health page counts every few seconds must not read through what is long done.
CREATE INDEX outbox_unsent ON outbox (id) WHERE state <> 'sent';
CREATE INDEX inbox_dead ON inbox (id) WHERE state = 'dead';
