using System.Text.Json;

namespace ChatOps.Timeline;

/// <summary>One thing that happened: when it happened, when it was written down, who did it.</summary>
public sealed record TimelineEntry
{
    /// <summary>The one actor that is no person: for what the bot does by itself.</summary>
    public const string Bot = "chatops";

    /// <summary>Assigned by the store.</summary>
    public long Id { get; init; }
    public int? Incident { get; init; }

    /// <summary><c>service@environment</c>, where it is about one.</summary>
    public string? Target { get; init; }

    /// <summary>One of <see cref="TimelineKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it was written down, UTC; set by the store.</summary>
    public DateTimeOffset RecordedAt { get; init; }

    /// <summary>The Slack user who did it, or <see cref="Bot"/>. Never a guess.</summary>
    public required string Actor { get; init; }

    /// <summary>One sentence, redacted by the store.</summary>
    public required string Text { get; init; }

    /// <summary>What later readers compute with (JSON object); redacted by the store.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>Tells apart several entries of one kind from one request; a second run of the request writes none of them twice.</summary>
    public string Part { get; init; } = "";
}

/// <summary>The stable words of <see cref="TimelineEntry.Kind"/>. Add, never rename.</summary>
public static class TimelineKinds
{
    public const string Declared = "incident.declared";
    public const string Accepted = "incident.accepted";
    public const string SeverityChanged = "incident.severity";
    public const string Cancelled = "incident.cancelled";
    public const string Resolved = "incident.resolved";
    public const string Onset = "incident.onset";
    public const string Joined = "incident.joined";
    public const string Left = "incident.left";
    public const string Role = "incident.role";
    public const string Handover = "incident.handover";
    public const string Update = "incident.update";
    public const string Merged = "incident.merged";
    public const string Reopened = "incident.reopened";
    public const string Task = "task";
    public const string Note = "note";
    public const string Message = "message";
    public const string MessageEdited = "message.edited";
    public const string MessageDeleted = "message.deleted";
    public const string ChannelTopic = "channel.topic";
    public const string ChannelRenamed = "channel.renamed";
    public const string ChannelArchived = "channel.archived";
    public const string ChannelUnarchived = "channel.unarchived";
    public const string ChannelLost = "channel.lost";
    public const string ChannelBack = "channel.back";
    public const string RoleLost = "role.lost";
    public const string StepStarted = "step.started";
    public const string StepFinished = "step.finished";
    public const string ActionProposed = "action.proposed";
    public const string ActionConfirmed = "action.confirmed";
    public const string ActionDeclined = "action.declined";
    public const string ActionExpired = "action.expired";
    public const string ActionRefused = "action.refused";
    public const string OperationStarted = "operation.started";
    public const string OperationFinished = "operation.finished";
    public const string OperationUnknown = "operation.unknown";
    public const string DeployProgress = "deploy.progress";
    public const string HealthLost = "probe.unhealthy";
    public const string HealthBack = "probe.healthy";
    public const string Watch = "watch";
    public const string CauseConfirmed = "cause.confirmed";
    public const string PostMortem = "postmortem";
    public const string Imported = "imported";
    public const string AlertFiring = "alert.firing";
    public const string AlertResolved = "alert.resolved";
    public const string FalseAlarm = "alert.false";
    public const string Snoozed = "reminder.snoozed";
    public const string ArchiveChosen = "channel.archive_chosen";
    public const string ChannelKept = "channel.kept";
    public const string Paged = "page.called";
    public const string PageAcknowledged = "page.acknowledged";
    public const string PageUnanswered = "page.unanswered";
    public const string ShiftTaken = "oncall.taken";
    public const string DeployLocked = "deploy.locked";
    public const string DeployUnlocked = "deploy.unlocked";
    public const string DeploysFrozen = "deploy.frozen";
    public const string DeploysUnfrozen = "deploy.unfrozen";
    public const string DeployQueued = "deploy.queued";
    public const string DeployUnqueued = "deploy.unqueued";
    public const string DeployAsked = "deploy.asked";
    public const string DeployReviewed = "deploy.reviewed";
    public const string VersionMarked = "version.marked";
    public const string VersionUnmarked = "version.unmarked";
}
