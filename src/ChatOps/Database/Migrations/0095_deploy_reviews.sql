-- A deploy that a lead made alone in an emergency is reviewed by a second person afterwards.
ALTER TABLE deployments
    ADD COLUMN review_since timestamptz, -- since when it waits for the review; null: it needs none
    ADD COLUMN reviewed_by  text,
    ADD COLUMN reviewed_at  timestamptz;
CREATE INDEX deployments_unreviewed ON deployments (incident) WHERE review_since IS NOT NULL AND reviewed_at IS NULL;
