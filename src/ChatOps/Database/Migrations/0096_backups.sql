-- When a deploy's own backup began: the copy holds what was there then. Null: it made none.
ALTER TABLE deployments ADD COLUMN backed_up_at timestamptz;
CREATE INDEX deployments_backed_up ON deployments (target, backed_up_at DESC) WHERE backed_up_at IS NOT NULL;
