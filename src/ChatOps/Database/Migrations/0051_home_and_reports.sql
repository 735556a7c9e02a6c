-- Who looked at their Home tab lately: it is drawn anew for them when something on it changes.
CREATE TABLE home_views (
    user_id       text        PRIMARY KEY,
    opened_at     timestamptz NOT NULL,
    look_due_at   timestamptz,                            -- null: opened too long ago
    drawn         text                                    -- a hash of what was drawn last
);
CREATE INDEX home_views_due ON home_views (look_due_at) WHERE look_due_at IS NOT NULL;

-- The report of each Monday. The week is its own key: however many instances there are, it is sent once.
CREATE TABLE weekly_reports (
    week          date        PRIMARY KEY,                -- the Monday on which it is sent; it tells of the seven days before
    due_at        timestamptz NOT NULL,
    sent_at       timestamptz
);

-- Figures of a time are read from ranges.
CREATE INDEX incidents_by_declared ON incidents (declared_at);
