-- Since when the assessment suggests the severity that it suggests now: a SEV1 or SEV2 that nobody answers pages.
ALTER TABLE incidents ADD COLUMN severity_rule_at timestamptz;
