using ChatOps.Configuration;
using ChatOps.Deployments;
using ChatOps.Incidents;
using ChatOps.Reminders;

namespace ChatOps.Tests.Reminders;

/// <summary>Facts to change with <c>with</c>: a SEV1 that ana leads, declared at <see cref="Start"/>.</summary>
internal static class ReminderExamples
{
    public static readonly DateTimeOffset Start = new(2026, 11, 25, 3, 0, 0, TimeSpan.Zero);

    public static readonly RemindersConfig Usual = new();

    public static readonly Incident Open = new()
    {
        Number = 7, ShortId = "a1b2c3d4", Title = "Nobody can log in", Severity = 1, Status = IncidentStatus.Open, Service = "shop", Environment = "production",
        DeclaredBy = "U0ANA00001", DeclaredAt = Start, DeclaredIn = "C0GENERAL", Lead = "U0ANA00001", AcknowledgedAt = Start,
    };

    public static ReminderFacts Facts(Incident? incident = null) => new() { Incident = incident ?? Open, OpenedAt = Start, LastStepAt = Start, LastRecordAt = Start };

    public static ReminderFacts Resolved(DateTimeOffset at) => Facts(Open with { Status = IncidentStatus.Resolved, ResolvedAt = at, ResolvedBy = "U0ANA00001" }) with { EndedAt = at, LastRecordAt = at, PostMortemVersion = 2 };

    public static IncidentTask Task(long number, DateTimeOffset? due, string? owner = "U0BEN00001", string text = "raise the limit") =>
        new() { Number = number, Incident = 7, Text = text, Owner = owner, CreatedBy = "U0ANA00001", CreatedAt = Start, DueAt = due };

    public static DeployReview Deployed(long number, DateTimeOffset ended, string version = "v42") =>
        new() { Id = Guid.Empty, Number = number, Target = "shop@production", ToVersion = version, RequestedBy = "U0ANA00001", ConfirmedBy = "U0ANA00001", ReviewSince = ended };

    public static DateTimeOffset At(double minutes) => Start.AddMinutes(minutes);

    public static IReadOnlyList<string> Kinds(ReminderFacts facts, DateTimeOffset now, RemindersConfig? config = null) => [.. DueReminders.Of(facts, config ?? Usual, now).Select(r => r.Kind)];
}
