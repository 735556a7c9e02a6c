-- Steps that have no end yet are looked for every second.
CREATE INDEX incident_steps_unfinished ON incident_steps (request_id) WHERE finished_at IS NULL;
