-- The rest of an incident: who else has a role, what people were told last, what is to be done, who may see it.
ALTER TABLE incidents
    ADD COLUMN private        boolean     NOT NULL DEFAULT false,   -- seen by its members alone; see incident_members
    ADD COLUMN drill          boolean     NOT NULL DEFAULT false,   -- practice: outside every figure
    ADD COLUMN comms          text,                                 -- who tells those outside
    ADD COLUMN scribe         text,                                 -- who writes down what happens
    ADD COLUMN merged_into    int         REFERENCES incidents,
    ADD COLUMN last_update    text,                                 -- what people were told last, by a person
    ADD COLUMN last_update_by text,
    ADD COLUMN last_update_at timestamptz,
    ADD COLUMN update_due_at  timestamptz;                          -- when they were promised to hear more; null: nothing is promised

-- Who is in the channel. What decides about the sight of a private incident.
CREATE TABLE incident_members (
    incident    int         NOT NULL REFERENCES incidents,
    user_id     text        NOT NULL,
    PRIMARY KEY (incident, user_id)
);
CREATE INDEX incident_members_by_user ON incident_members (user_id);

-- What is to be done, during the incident or after it.
CREATE TABLE incident_tasks (
    number      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident    int         NOT NULL REFERENCES incidents,
    text        text        NOT NULL,
    owner       text,                                               -- a Slack user; null: nobody yet
    state       text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'dropped')),
    created_by  text        NOT NULL,
    created_at  timestamptz NOT NULL,
    due_at      timestamptz,                                        -- null: no date was given
    closed_by   text,
    closed_at   timestamptz,
    request_id  bigint      NOT NULL UNIQUE
);
CREATE INDEX incident_tasks_by_incident ON incident_tasks (incident, number);
CREATE INDEX incident_tasks_open_by_owner ON incident_tasks (owner) WHERE state = 'open';
