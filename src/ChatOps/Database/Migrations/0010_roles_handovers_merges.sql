-- Who leads is shown in the channel's topic, where Slack draws no mentions: the handle is kept beside the id.
ALTER TABLE incidents
    ADD COLUMN lead_name text,                                      -- handle of the lead when they took it; null: not known
    ADD COLUMN topic     text;                                      -- the channel's topic as it was asked for last

CREATE INDEX incidents_by_survivor ON incidents (merged_into) WHERE merged_into IS NOT NULL;

-- An offer of the lead. It moves when the person to whom it was offered accepts.
CREATE TABLE handovers (
    number      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident    int         NOT NULL REFERENCES incidents,
    from_user   text        NOT NULL,                               -- who offered it
    to_user     text        NOT NULL,
    state       text        NOT NULL DEFAULT 'offered' CHECK (state IN ('offered', 'accepted', 'withdrawn', 'replaced')),
    offered_at  timestamptz NOT NULL,
    decided_by  text,
    decided_at  timestamptz,
    request_id  bigint      NOT NULL UNIQUE
);
CREATE UNIQUE INDEX handovers_one_open ON handovers (incident) WHERE state = 'offered';
