namespace ChatOps.Platforms.Ssh;

/// <summary>What changes something: each a single script, which keeps its id on the machine before it does anything and goes on when the connection ends.</summary>
internal sealed class SshActions(SshSettings settings, IServiceManager manager, SshCalls calls, Func<PlatformTarget, RemoteScript, RemoteScript> complete)
{
    private const int LongestId = 120;

    public Task<PlatformOperation> RestartAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync(target, "restart", null, "restart", call, cancellationToken);

    /// <param name="recreate">Null: as its manager does it best.</param>
    public async Task<PlatformOperation> SwitchAsync(PlatformTarget target, string? folder, string kind, string version, bool? recreate, PlatformCall call, CancellationToken cancellationToken)
    {
        var service = target.PlatformName;
        if (folder is null) throw SshFailures.NotDone($"{calls.Failures.Name} cannot change the release of {service}: chatops.yaml names no folder of releases for it", "unsupported");
        if (!SshSettings.IsVersion(version)) throw calls.Failures.Refused("version_unknown", service, manager.Title);
        var managed = manager.Read(service, await calls.ReadAsync(complete(target, new("look")), cancellationToken));
        if (!RunsFrom(folder, managed))
            throw SshFailures.NotDone($"{calls.Failures.Name} cannot change the release of {service}: {manager.Title} does not run it from {folder}/current, so that the link would change nothing", "unsupported");
        if (recreate == false && !managed.Rolls)
            throw SshFailures.NotDone($"{calls.Failures.Name} cannot replace {service} without a moment of downtime: only PM2 in cluster mode does", "unsupported");
        return await ActAsync(target, kind, version, managed.Rolls && recreate != true ? "reload" : "restart", call, cancellationToken);
    }

    public async Task<PlatformOperation?> FindAsync(PlatformTarget target, string operationId, CancellationToken cancellationToken)
    {
        var answer = await calls.ReadAsync(complete(target, new RemoteScript("found").With("file", FileName(operationId))), cancellationToken);
        if (answer.First("never") is not null) return null;
        var left = answer.First("left");
        if ((left ?? answer.First("held")) is not { } kept) throw calls.Failures.NotOurAnswer(CallOutcome.NotDone);
        var operation = OperationFile.Read(kept.Lines);
        if (left is null || operation?.Ended is not null) return operation?.Operation(calls.Failures) ?? new(operationId, PlatformOperationState.Running, null, null, null);
        // Its script ended before its end: the machine stopped, or somebody stopped it.
        return operation?.Acting != true
            ? new(operationId, PlatformOperationState.Failed, "its script ended before it had begun to change anything", operation?.At, null)
            : throw new PlatformException($"{calls.Failures.Name} cannot say what became of it: its script was ended on the machine; look at {manager.Title} and the link current there", CallOutcome.Unknown) { Code = "left_behind" };
    }

    /// <summary>Its programs stand below the link, so that it makes a difference.</summary>
    public static bool RunsFrom(string folder, ManagedService managed) => managed.Programs.All(p => p.Contains($"{folder.TrimEnd('/')}/current/", StringComparison.Ordinal));

    private async Task<PlatformOperation> ActAsync(PlatformTarget target, string kind, string? version, string how, PlatformCall call, CancellationToken cancellationToken)
    {
        var script = complete(target, new("act"))
            .With("file", FileName(call.OperationId)).With("id", call.OperationId).With("kind", kind).With("version", version ?? "").With("how", how)
            .With("actor", OneLine(call.Actor)).With("reason", OneLine(call.Reason)).With("expected", call.IfGeneration?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "")
            .With("settle", (long)settings.Settle.TotalSeconds).With("keep", settings.Keep);
        var answer = await calls.WriteAsync(script, cancellationToken);
        if (answer.First("refused") is { } refused) throw calls.Failures.Refused(refused.Rest, target.PlatformName, manager.Title);
        if (answer.First("known") is { } known) return OperationFile.Read(known.Lines)?.Operation(calls.Failures) ?? new(call.OperationId, PlatformOperationState.Running, null, null, null);
        return answer.First("taken") is not null ? new(call.OperationId, PlatformOperationState.Running, null, null, null) : throw calls.Failures.NotOurAnswer(CallOutcome.Unknown);
    }

    private string FileName(string id) => id.Length is > 0 and <= LongestId && !id.Any(char.IsControl) ? Uri.EscapeDataString(id)
        : throw SshFailures.NotDone($"{calls.Failures.Name} was not asked: the id of the operation is none", "unsafe_word");

    /// <summary>What a person wrote stands in a record of lines.</summary>
    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace("\0", "", StringComparison.Ordinal);
}
