using ChatOps.Configuration;

namespace ChatOps.Cli.Doctor;

/// <summary>Whether this machine's clock agrees with Slack's, by the header Date of an answer.</summary>
internal sealed class SlackClock(Uri apiUrl, HttpMessageHandler handler, TimeProvider time)
{
    private const string What = "clock";
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    public async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        DateTimeOffset? theirs;
        var before = time.GetUtcNow();
        try
        {
            using var answer = await http.GetAsync(new Uri(apiUrl, "api.test"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            theirs = answer.Headers.Date;
        }
        catch (HttpRequestException e)
        {
            return [Finding.Fail(What, $"Slack does not tell the time: {Platforms.NetworkFailure.Text(e)}", "Look whether this machine may reach Slack: a proxy, a firewall, SLACK_API_URL.")];
        }
        // Slack's clock was read somewhere between sending and receiving; the middle is off by half of that at most.
        return [theirs is { } told ? Judge(before + ((time.GetUtcNow() - before) / 2) - told) : Finding.Warn(What, "Slack's answer carries no date", "Compare this machine's clock with another one.")];
    }

    /// <param name="ahead">How far this machine is ahead of Slack; negative: behind.</param>
    internal static Finding Judge(TimeSpan ahead) => ahead.Duration() <= Tolerance
        ? Finding.Ok(What, "within a minute of Slack's")
        : Finding.Fail(What, $"{Durations.Text(ahead.Duration())} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} Slack's", "Set this machine's clock by NTP: beyond 5 minutes Slack's signed requests are refused, and every time in the record would be wrong.");
}
