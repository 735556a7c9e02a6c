using System.Collections.Concurrent;
using ChatOps.Configuration;

namespace ChatOps.Platforms.Described;

/// <summary>What was asked of a described platform: started once, and what became of it.</summary>
internal sealed class DescribedActions(string name, DescribedSettings settings, DescribedCalls calls, DescribedReading reading, TimeProvider time)
{
    private const int Most = 1000;

    /// <summary>What this process began. For how often it is asked, and for a platform that knows it by a name of its own alone; what must outlive the process the platform keeps, or nobody.</summary>
    private readonly ConcurrentDictionary<string, Begun> begun = new(StringComparer.Ordinal);

    public async Task<PlatformOperation> StartAsync(string operation, DescribedCall call, PlatformTarget target, Placeholders values, PlatformCall asked, CancellationToken cancellationToken)
    {
        var body = await calls.WriteAsync(call, values, cancellationToken);
        var follow = settings.Calls.GetValueOrDefault("operation");
        // An action whose answer is not described answers as an operation does.
        var own = call.Answer.Count > 0 || follow is null;
        var (word, places) = own ? (operation, call) : ("operation", follow! with { Each = null });
        var read = calls.Reading(word, places, CallOutcome.Unknown);
        var nothingToRead = body.Length == 0 || places.Answer.Count == 0;
        if (follow is null && nothingToRead) return new(asked.OperationId, PlatformOperationState.Succeeded, "answered; the platform does not tell how it ended", null, null);

        var byItsName = follow?.Request.Places.Contains("id", StringComparer.Ordinal) == true;
        if (body.Length == 0) return byItsName ? throw read.Missing("id") : Remember(new(asked.OperationId, PlatformOperationState.Running, null, null, null), null);
        var answer = read.Parse(body);
        if (own && call.Each is not null) answer = read.Each(answer) is [var first, ..] ? first : throw read.Missing("state");
        var itsName = read.Text(answer, "id");
        if (byItsName && itsName is null) throw read.Missing("id");
        return Remember(reading.Operation(read, answer, asked.OperationId, follow is null ? PlatformOperationState.Succeeded : PlatformOperationState.Running), itsName);
    }

    public async Task<PlatformOperation?> FindAsync(PlatformTarget target, string operationId, CancellationToken cancellationToken)
    {
        var known = begun.GetValueOrDefault(operationId);
        if (known is { Last.State: not PlatformOperationState.Running }) return known.Last;
        if (!settings.Calls.TryGetValue("operation", out var call)) throw NotKept(operationId);
        var byItsName = call.Request.Places.Contains("id", StringComparer.Ordinal);
        if (byItsName && known?.ItsName is null) throw NotKept(operationId);

        var now = time.GetUtcNow();
        if (known is not null && now - known.BegunAt > settings.PollAtMost)
            throw new PlatformException($"{name} still works on {operationId} after {Durations.Text(settings.PollAtMost)}; look at it there", CallOutcome.Unknown) { Code = "takes_too_long" };
        if (known is not null && now - known.AskedAt < settings.PollEvery) return known.Last;

        var found = await AskAsync(call, Placeholders.Of(target).With("operation_id", operationId).With("id", known?.ItsName ?? operationId), operationId, cancellationToken);
        if (found is not null && known is not null) Keep(known with { AskedAt = now, Last = found });
        if (found is null && !settings.KeepsOperationIds) throw NotKept(operationId);
        return found;
    }

    private async Task<PlatformOperation?> AskAsync(DescribedCall call, Placeholders values, string operationId, CancellationToken cancellationToken)
    {
        try
        {
            var read = calls.Reading("operation", call);
            var found = read.Each(read.Parse(await calls.ReadAsync(call, values, cancellationToken)));
            return found.Count == 0 ? null : reading.Operation(read, found[0], operationId, unless: null);
        }
        // The platform's own word, not any 404: a proxy or a wrong address must not read as "never seen".
        catch (PlatformException e) when (e.Code is { } code && settings.NeverSeen.Contains(code, StringComparer.Ordinal))
        {
            return null;
        }
    }

    private PlatformOperation Remember(PlatformOperation operation, string? itsName)
    {
        var now = time.GetUtcNow();
        Keep(new(operation, itsName, now, now));
        return operation;
    }

    private void Keep(Begun one)
    {
        // How it ended is asked for again, but by its own name nobody could.
        if (one.Last.State == PlatformOperationState.Running || one.ItsName is not null) begun[one.Last.Id] = one;
        else begun.TryRemove(one.Last.Id, out _);
        if (begun.Count <= Most) return;
        foreach (var old in begun.Values.OrderBy(b => b.BegunAt).Take(begun.Count - Most)) begun.TryRemove(old.Last.Id, out _);
    }

    private PlatformException NotKept(string operationId) =>
        new($"{name} keeps no operation ids: what became of {operationId} cannot be looked up", CallOutcome.Unknown) { Code = "ids_not_kept" };

    /// <param name="ItsName">What the platform calls it; null: by the bot's id.</param>
    private sealed record Begun(PlatformOperation Last, string? ItsName, DateTimeOffset BegunAt, DateTimeOffset AskedAt);
}
