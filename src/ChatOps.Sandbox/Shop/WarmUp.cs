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
    // A round holds one login, one cart and one look at the products.
    private const double CustomersRequestsPerRound = 3;

    public static async Task RunAsync(SharedClock clock, ShopCustomers customers, ShopPlatform platform, ShopOptions options, CancellationToken cancellationToken)
    {
        var past = -clock.Offset;
        if (past <= TimeSpan.Zero) return;
        var start = clock.GetTimestamp();
        var steps = (int)(past / Step);
        // Rates are recorded as if the requests had come as fast as they do live.
        var roundStandsFor = TimeSpan.FromSeconds(CustomersRequestsPerRound / options.RequestsPerSecond);
        var rounds = 0;
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
            rounds++;
            if (done / StepsPerSample == (done - count) / StepsPerSample) continue;
            await platform.SampleAsync(roundStandsFor * rounds, cancellationToken);
            rounds = 0;
        }
        if (clock.Offset < TimeSpan.Zero) clock.Advance(-clock.Offset);
    }
}
