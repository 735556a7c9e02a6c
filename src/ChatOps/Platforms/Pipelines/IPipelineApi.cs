namespace ChatOps.Platforms.Pipelines;

/// <summary>One vendor's way to start pipelines, to find them again and to tell of them. Calls end by their patience with a <see cref="PlatformException"/>.</summary>
internal interface IPipelineApi
{
    /// <summary>The newest runs of the job that were for its target, newest first.</summary>
    Task<IReadOnlyList<PipelineRun>> RunsAsync(PipelineJob job, Patience patience);

    /// <summary>Starts one. Null: it was taken, and which run it is will be found by its id.</summary>
    Task<PipelineRun?> StartAsync(PipelineJob job, PipelineWords words, Patience patience);

    /// <summary>How the run is now, with the step that it is in.</summary>
    Task<PipelineRun> LookAsync(PipelineRun run, Patience patience);

    /// <summary>Asks to end a run.</summary>
    /// <returns>False: it is over.</returns>
    Task<bool> CancelAsync(PipelineRun run, Patience patience);

    /// <summary>The versions that there are, newest first, without what was deployed when.</summary>
    /// <param name="runs">Those of the target, whose own checks say nothing of a version.</param>
    Task<IReadOnlyList<Release>> VersionsAsync(PipelineJob job, IReadOnlyList<PipelineRun> runs, Patience patience);

    /// <summary>Whether there is such a version; null: it cannot tell.</summary>
    Task<bool?> HasVersionAsync(PipelineJob job, string version, Patience patience);

    Task<IReadOnlyList<FailedPart>> FailedPartsAsync(PipelineRun run, Patience patience);

    /// <summary>A line of a part as it was written: its time, where it carries one, and its text; null: it is none for people.</summary>
    (DateTimeOffset? At, string Text)? Line(string raw);

    /// <summary>What answers there.</summary>
    Task<string> ReachAsync(Patience patience);

    /// <summary>What is not there or not allowed of one job.</summary>
    Task<IReadOnlyList<MissingRight>> MissingAsync(PipelineJob job, Patience patience);

    string CommandByHand(PipelineJob job, PipelineWords words);

    /// <summary>As <see cref="IPlatform.CommitsAsync"/>, between the tags of both versions.</summary>
    Task<CommitRange?> CommitsAsync(PipelineJob job, string fromVersion, string toVersion, Patience patience);
}
