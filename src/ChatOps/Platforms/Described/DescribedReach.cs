namespace ChatOps.Platforms.Described;

/// <summary>How far the bot gets with a described platform: the status of all, then the other reads of one that it knows.</summary>
internal sealed class DescribedReach(string name, DescribedSettings settings, DescribedCalls calls, DescribedPlatform platform, IReadOnlyList<PlatformTarget> targets, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    public async Task<PlatformReach> LookAsync(CancellationToken cancellationToken)
    {
        var unknown = settings.Calls.SelectMany(c => (c.Value.Services ?? new HashSet<string>()).Select(s => (Operation: c.Key, Service: s)))
            .Where(n => !targets.Any(t => t.PlatformName == n.Service))
            .Select(n => new MissingRight($"'{n.Operation}' names the service '{n.Service}', which no service of chatops.yaml is called there", $"Correct 'services' of '{n.Operation}' of platform {name}, or 'name' of the service."))
            .Concat(settings.Calls.Where(c => c.Value.Services is null).SelectMany(c => targets.Select(t => calls.WhyNot(c.Key, c.Value, t.PlatformName))).OfType<string>().Distinct(StringComparer.Ordinal)
                .Select(why => new MissingRight(why, "Say {environment} in its request, or give the service a name for each environment."))).ToList();
        if (targets.Count == 0) return new("not asked, since no service of chatops.yaml runs there", unknown);
        var statuses = await Task.WhenAll(targets.Select(t => StatusAsync(t, cancellationToken)));
        // A refusal of one service is a matter of that service; what all of them meet is the platform's.
        if (Array.TrueForAll(statuses, s => s is not null) && Array.Find(statuses, s => s!.CredentialsRefused || s.InnerException is not null) is { } failure)
            throw new PlatformException(failure.Message, failure.Outcome, failure) { Code = failure.Code, CredentialsRefused = failure.CredentialsRefused };
        var now = time.GetUtcNow();
        var known = targets.Where((_, i) => statuses[i] is null).ToList();
        var missing = (await Task.WhenAll(
            TryAsync("releases", known, t => platform.ReleasesAsync(t, cancellationToken)),
            TryAsync("changes", known, t => platform.ChangesAsync(t, now - Window, cancellationToken)),
            TryAsync("metrics", known, t => platform.MetricsAsync(t, null, now - Window, now, cancellationToken)))).OfType<MissingRight>();
        return new($"answers; described: {string.Join(", ", settings.Calls.Keys)}", [.. missing, .. unknown]);
    }

    private async Task<PlatformException?> StatusAsync(PlatformTarget target, CancellationToken cancellationToken)
    {
        try
        {
            await platform.StatusAsync(target, cancellationToken);
            return null;
        }
        catch (PlatformException e)
        {
            return e;
        }
    }

    private async Task<MissingRight?> TryAsync(string operation, List<PlatformTarget> known, Func<PlatformTarget, Task> ask)
    {
        if (!settings.Calls.TryGetValue(operation, out var call) || known.Find(t => calls.WhyNot(operation, call, t.PlatformName) is null) is not { } target) return null;
        try
        {
            await ask(target);
            return null;
        }
        catch (PlatformException e)
        {
            return new($"no {operation} of {target.PlatformName}: {e.Message}", e.CredentialsRefused ? $"Let the token of platform {name} read that." : "Compare it with docs/described-platform.md.");
        }
    }
}
