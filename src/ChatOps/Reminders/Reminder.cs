using System.Globalization;
using ChatOps.Deployments;
using ChatOps.Incidents;
using ChatOps.OnCall;

namespace ChatOps.Reminders;

/// <summary>The stable words of <c>reminders.kind</c>. Add, never rename.</summary>
public static class ReminderKinds
{
    /// <summary>People were promised to hear more, or have not heard anything for too long.</summary>
    public const string Update = "update";

    /// <summary>Nobody leads.</summary>
    public const string Lead = "lead";

    /// <summary>Nothing happens.</summary>
    public const string Step = "step";

    /// <summary>Nobody has reviewed the post-mortem.</summary>
    public const string PostMortem = "postmortem";

    /// <summary>A task is overdue.</summary>
    public const string Task = "task";

    /// <summary>The one who leads is on call no longer soon.</summary>
    public const string Shift = "shift";

    /// <summary>Nobody has reviewed what the lead deployed alone.</summary>
    public const string Review = "review";

    /// <summary>The channel is quiet: may it be archived?</summary>
    public const string Archive = "archive";
}

/// <summary>One occasion to remind somebody of something.</summary>
/// <param name="Kind">One of <see cref="ReminderKinds"/>.</param>
/// <param name="Subject">What it is about: "incident 7", "task 12", "deploy 4", "incident 7 led by U0ANA00001".</param>
/// <param name="Since">The moment from which it counts; it tells one occasion from the next.</param>
/// <param name="DueAt">Not before.</param>
public sealed record Reminder(string Kind, string Subject, DateTimeOffset Since, DateTimeOffset DueAt)
{
    /// <summary>The task's number, for <see cref="ReminderKinds.Task"/>.</summary>
    public long? Task { get; init; }

    /// <summary>What waits, for <see cref="ReminderKinds.Review"/>.</summary>
    public DeployReview? Deploy { get; init; }

    /// <summary>What ends, for <see cref="ReminderKinds.Shift"/>.</summary>
    public OnCallUntil? Shift { get; init; }

    /// <summary>It has ended already.</summary>
    public bool ShiftIsOver { get; init; }

    /// <summary>Kind, subject and this are unique for ever.</summary>
    public string Occurrence => Since.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    public static string OfIncident(int number) => $"incident {number}";

    /// <summary>Whoever leads next is another person to be told.</summary>
    public static string OfLead(int number, string person) => $"incident {number} led by {person}";

    /// <param name="operation">Its number.</param>
    public static string OfDeploy(long operation) => $"deploy {operation}";

    public static string OfTask(long number) => $"task {number}";
}

/// <summary>What is known of an incident when it is looked at for reminders.</summary>
public sealed record ReminderFacts
{
    public required Incident Incident { get; init; }

    /// <summary>When it was declared, accepted or reopened, whichever was last.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it was resolved, cancelled or merged; null while it is open.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When who leads was changed last; null: never.</summary>
    public DateTimeOffset? LeadChangedAt { get; init; }

    /// <summary>The last step, card, operation or watch; what people write is none. Null: there was none.</summary>
    public DateTimeOffset? LastStepAt { get; init; }

    /// <summary>A step or an operation is under way.</summary>
    public bool Busy { get; init; }

    /// <summary>The last thing in its timeline; that somebody snoozed a reminder is none.</summary>
    public required DateTimeOffset LastRecordAt { get; init; }

    /// <summary>The newest version of its post-mortem; null: there is none.</summary>
    public int? PostMortemVersion { get; init; }
    public bool PostMortemReviewed { get; init; }

    /// <summary>Those that are open and have a date.</summary>
    public IReadOnlyList<IncidentTask> Tasks { get; init; } = [];

    /// <summary>Deploys of it that wait for a second person's review.</summary>
    public IReadOnlyList<DeployReview> Reviews { get; init; } = [];

    /// <summary>Mentions of those who may review, by target; known where one is sent.</summary>
    public IReadOnlyDictionary<string, string> Reviewers { get; init; } = new Dictionary<string, string>();

    /// <summary>Who is on call until when; the schedule that answers for its service first.</summary>
    public IReadOnlyList<OnCallUntil> Shifts { get; init; } = [];

    /// <summary>The lead is offered to somebody who has not answered yet.</summary>
    public bool HandoverOffered { get; init; }

    /// <summary>Of a private incident: those who may see it.</summary>
    public IReadOnlySet<string> Members { get; init; } = new HashSet<string>();

    /// <summary>The person who leads; null where nobody or only the bot does.</summary>
    public string? Leader => Incident.Lead is { } lead && lead != Timeline.TimelineEntry.Bot ? lead : null;
}
