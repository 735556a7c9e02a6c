-- Operations that take minutes or hours are carried out in steps: any instance takes the next one when it is due.
ALTER TABLE operations
    ADD COLUMN step          jsonb,       -- how far it is, as its action wrote it
    ADD COLUMN due_at        timestamptz, -- when its next step is due; null: at once
    ADD COLUMN failing_since timestamptz, -- since when every step broke
    ADD COLUMN wish          text,        -- what a person wants of it now; the next step sees it
    ADD COLUMN wished_by     text;
