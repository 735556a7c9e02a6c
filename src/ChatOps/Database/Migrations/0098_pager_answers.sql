-- When PagerDuty is to be asked next whether somebody answered an incident's alert there; null: at once.
ALTER TABLE pager_events ADD COLUMN look_due_at timestamptz;
