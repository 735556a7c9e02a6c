-- What people are reminded of. A row is one occasion: the unique key is why nothing comes twice, however many instances sweep.
CREATE TABLE reminders (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind          text        NOT NULL,                   -- update, lead, step, postmortem, task, archive, ...
    subject       text        NOT NULL,                   -- 'incident 7', 'task 12'
    occurrence    text        NOT NULL,                   -- tells one occasion from the next: the moment from which it counts
    incident      int         NOT NULL REFERENCES incidents,
    task          bigint      REFERENCES incident_tasks,
    due_at        timestamptz NOT NULL,                   -- moved by a snooze
    state         text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'answered', 'dropped')),
    times         int         NOT NULL DEFAULT 0,         -- how often it was sent: each time is a message of its own
    sent_at       timestamptz,
    destination   text,                                   -- where it was sent
    snoozed_by    text,
    made_at       timestamptz NOT NULL,
    UNIQUE (kind, subject, occurrence)
);
CREATE INDEX reminders_due ON reminders (due_at) WHERE state = 'waiting';
CREATE INDEX reminders_waiting ON reminders (kind, subject) WHERE state = 'waiting';

-- When an incident is looked at for reminders. The default makes every new incident due, whichever version declares it.
ALTER TABLE incidents ADD COLUMN remind_due_at timestamptz NOT NULL DEFAULT 'epoch';
CREATE INDEX incidents_remind_due ON incidents (remind_due_at);

-- One that is over is looked at rarely; one whose status changes is looked at at once.
CREATE FUNCTION incident_status_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.remind_due_at := 'epoch';
    RETURN NEW;
END $$;
CREATE TRIGGER incidents_status_changed BEFORE UPDATE OF status ON incidents FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION incident_status_changed();

-- The turns of an incident among a timeline that may be long: ReadReminderFacts asks for the newest of each kind.
CREATE INDEX timeline_turns ON timeline (incident, kind, at DESC) WHERE kind IN (
    'incident.declared', 'incident.accepted', 'incident.reopened', 'incident.resolved', 'incident.cancelled', 'incident.merged',
    'incident.role', 'incident.handover', 'watch');

-- What is under way for an incident, and what was done last.
CREATE INDEX operations_by_incident ON operations (incident, requested_at DESC) WHERE incident IS NOT NULL;
CREATE INDEX pending_actions_by_incident ON pending_actions (incident, requested_at DESC) WHERE incident IS NOT NULL;
CREATE INDEX incident_tasks_due ON incident_tasks (due_at) WHERE state = 'open' AND due_at IS NOT NULL;
