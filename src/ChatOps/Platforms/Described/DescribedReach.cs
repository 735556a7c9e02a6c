namespace ChatOps.Platforms.Described;

/// <summary>How far the bot gets with a described platform: every read that is described, once, at the same time.</summary>
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
        var status = platform.StatusAsync(targets[0], cancellationToken);
        var now = time.GetUtcNow();
        var others = new[]
        {
            TryAsync("releases", t => platform.ReleasesAsync(t, cancellationToken)),
            TryAsync("changes", t => platform.ChangesAsync(t, now - Window, cancellationToken)),
            TryAsync("metrics", t => platform.MetricsAsync(t, null, now - Window, now, cancellationToken)),
        };
        var missing = (await Task.WhenAll(others)).OfType<MissingRight>().ToList();
        // Whoever has no status from it has nothing: that failure stands for all.
        await status;
        return new($"answers for {targets[0].PlatformName} in {targets[0].Target.Environment}; described: {string.Join(", ", settings.Calls.Keys)}", [.. missing, .. unknown]);
    }

    private async Task<MissingRight?> TryAsync(string operation, Func<PlatformTarget, Task> ask)
    {
        if (!settings.Calls.TryGetValue(operation, out var call) || targets.FirstOrDefault(t => calls.WhyNot(operation, call, t.PlatformName) is null) is not { } target) return null;
        try
        {
            await ask(target);
            return null;
        }
        catch (PlatformException e)
        {
            return new($"no {operation} of {target.PlatformName}: {e.Message}", $"Let its token read that, or correct '{operation}' of platform {name} in chatops.yaml.");
        }
    }
}
