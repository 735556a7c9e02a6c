namespace ChatOps.Platforms;

/// <summary>What a platform said it can do, for a minute: a plan, its gates and its card ask for it one after the other.</summary>
internal sealed class KeptCapabilities(TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);

    private (PlatformCapabilities Value, DateTimeOffset At)? kept;

    public async Task<PlatformCapabilities> GetAsync(Func<Task<PlatformCapabilities>> ask)
    {
        if (kept is { } known && time.GetUtcNow() - known.At < Age) return known.Value;
        var value = await ask();
        kept = (value, time.GetUtcNow());
        return value;
    }
}
