using System.Globalization;

namespace ChatOps.Platforms.Pipelines;

/// <summary>One pipeline of one target, and what it is started for.</summary>
/// <param name="Action">deploy or restart.</param>
internal sealed record PipelineJob(PlatformTarget Target, PipelineSettings Settings, PipelineStart Start, string Action)
{
    public const string Deploy = "deploy";
    public const string Restart = "restart";

    public string Place => Target.PlatformName;

    public string Tag(string version) => Placeholders.Fill(Settings.Tag, Target.Target, new() { Version = version });
}

/// <summary>A run of a pipeline, whoever started it.</summary>
/// <param name="Id">The platform's.</param>
/// <param name="Number">Grows from run to run of one place.</param>
internal sealed record PipelineRun(string Id, long Number, PipelineJob Job)
{
    public PipelineWords Words { get; init; } = new();
    public PlatformOperationState State { get; init; }

    /// <summary>Where it is, or where it failed; null: the platform does not tell, or it is well over.</summary>
    public string? Step { get; init; }
    public string? Actor { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Its page for people.</summary>
    public string? Page { get; init; }

    /// <summary>What its own checks are kept under, so that a deploy does not count as a check of what it deploys.</summary>
    public long? Suite { get; init; }

    public bool Succeeded => State == PlatformOperationState.Succeeded;

    public PlatformOperation Operation(string operationId)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"run {Id}");
        var message = State switch
        {
            PlatformOperationState.Running => Step is null ? $"{what} runs" : $"{what}: {Step}",
            PlatformOperationState.Failed => $"{what} failed{(Step is null ? "" : $" {Step}")}{(Page is null ? "" : $": {Page}")}",
            _ => what,
        };
        return new(operationId, State, message, StartedAt, State == PlatformOperationState.Running ? null : FinishedAt);
    }
}

/// <summary>A part of a run's log that matters when it failed.</summary>
/// <param name="Name">The job and its step.</param>
/// <param name="Path">Where its text is.</param>
/// <param name="Since">When it began: the time of lines that carry none.</param>
/// <param name="From">Lines of before belong to something else; null: all are of it.</param>
internal sealed record FailedPart(string Name, string Path, DateTimeOffset Since, DateTimeOffset? From);
