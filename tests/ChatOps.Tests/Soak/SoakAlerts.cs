using System.Collections.Concurrent;
using ChatOps.Tests.Alerts;

namespace ChatOps.Tests.Soak;

/// <summary>A source of alerts that sends each notification until it is acknowledged, as Alertmanager does: to whichever bot answers, and now and then twice.</summary>
internal sealed class SoakAlerts(SoakStage stage, int seed)
{
    private const int Rules = 12;
    private static readonly string[] Services = ["shop", "shop-db", "mailer", "search"];
    private static readonly string[] Severities = ["critical", "warning", "info"];

    private readonly Dictionary<string, DateTimeOffset> began = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> told = new(StringComparer.Ordinal);
    private int acknowledged;
    private int refused;

    public int Acknowledged => acknowledged;

    public int NotAcknowledged => refused;

    /// <summary>By fingerprint, of what was acknowledged last: whether the alert fires.</summary>
    public IReadOnlyDictionary<string, bool> Told => told;

    /// <summary>The alert of which the last notification was not acknowledged when work ended: it may have arrived all the same. Null: none.</summary>
    public string? UnderWay { get; private set; }

    public async Task FireAsync(CancellationToken until)
    {
        var random = new Random(seed + 17);
        try
        {
            while (true)
            {
                await Task.Delay(random.Next(500, 1_500), until);
                var rule = random.Next(Rules);
                var name = $"Rule{rule}";
                var fingerprint = $"{name}-{Services[rule % Services.Length]}";
                var fires = !told.GetValueOrDefault(fingerprint);
                // Each time it fires it began anew; what ends is what fired last.
                var now = TimeProvider.System.GetUtcNow();
                var alert = new TestAlert(name, Services[rule % Services.Length], Severities[rule / Services.Length]) { Firing = fires, Fingerprint = fingerprint, Summary = $"{name} of the soak" };
                alert = fires ? alert with { StartsAt = now.ToString("o") } : alert with { StartsAt = began.GetValueOrDefault(fingerprint, now).ToString("o") };
                if (fires) began[fingerprint] = now;
                UnderWay = fingerprint;
                await SendAsync(TestAlert.Body(name, alert), random, until);
                told[fingerprint] = fires;
                UnderWay = null;
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // What was not acknowledged is not promised.
        }
    }

    private async Task SendAsync(string body, Random random, CancellationToken until)
    {
        for (var bot = random.Next(2); ; bot++)
        {
            if (await stage.AlertAsync(bot, body, until))
            {
                Interlocked.Increment(ref acknowledged);
                if (random.Next(4) == 0 && await stage.AlertAsync(bot + 1, body, until)) Interlocked.Increment(ref acknowledged);
                return;
            }
            Interlocked.Increment(ref refused);
            await Task.Delay(200, until);
        }
    }
}
