using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Scheduling;

namespace ChatOps.Sandbox.Shop;

/// <summary>
/// Lets the shop live through a past hour in a few seconds: the shared clock, set back beforehand, is wound forward in steps of ten seconds,
/// and each step sees one real round of requests, so that log and metrics have their usual density.
/// </summary>
internal static class WarmUp
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);
    private const int StepsPerSample = 3;
    private const double RequestsPerRound = 4;

    public static async Task RunAsync(SharedClock clock, ShopCustomers customers, ShopPlatform platform, ShopOptions options, CancellationToken cancellationToken)
    {
        var past = -clock.Offset;
        if (past <= TimeSpan.Zero) return;
        var start = clock.GetTimestamp();
        var steps = (int)(past / Step);
        // Requests come this much faster than they do live, and the rates that are recorded are divided by it.
        var factor = Math.Max(1, steps * RequestsPerRound / options.WarmUpTakes.TotalSeconds / options.RequestsPerSecond);
        for (var done = 0; done < steps;)
        {
            var passed = clock.GetElapsedTime(start);
            var wanted = options.WarmUpTakes * ((double)done / steps);
            if (passed < wanted) await Task.Delay(wanted - passed, clock, cancellationToken);
            // A slow machine takes longer steps rather than more time: up to a minute each.
            var behind = (int)Math.Clamp(steps * (passed / options.WarmUpTakes) - done, 1, 6);
            var count = Math.Min(behind, steps - done);
            clock.Advance(Step * count);
            done += count;
            await customers.RoundAsync(cancellationToken);
            if (done / StepsPerSample != (done - count) / StepsPerSample) await platform.SampleAsync(factor, cancellationToken);
        }
        if (clock.Offset < TimeSpan.Zero) clock.Advance(-clock.Offset);
    }
}
