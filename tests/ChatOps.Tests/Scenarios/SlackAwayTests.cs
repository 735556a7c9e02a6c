using System.Text.Json;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Scenarios;

/// <summary>Slack is away for an hour: every call fails, no socket can be opened.</summary>
public sealed class SlackAwayTests(Bot bot) : IClassFixture<Bot>, IDisposable
{
    private const int Notes = 12;

    private readonly HttpClient http = new(new SocketsHttpHandler(), disposeHandler: true);

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task The_bot_works_on_without_Slack_says_so_in_its_health_and_catches_up_in_order_with_few_calls()
    {
        await bot.SettleAsync();
        var incident = await bot.DeclareAsync("Slack goes away");
        (await HealthAsync()).GetProperty("status").GetString().ShouldBe("ok");

        await bot.FaultAsync(new { status = 503, times = 1_000_000 });
        for (var i = 1; i <= Notes; i++)
        {
            // What people typed before the sockets were lost is recorded as ever.
            await bot.CommandAsync("ana", incident.Channel, $"note away {i}");
            await bot.CommandAsync("ben", incident.Channel, $"severity {(i % 4) + 1}");
            await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND kind = 'note'", incident) == i, "the note is recorded");
        }
        await bot.Control.AdvanceAsync(TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        await bot.FaultAsync(new { disconnect = true });
        await Until.TrueAsync(async () => (await HealthAsync()).GetProperty("slack").GetProperty("sockets").GetInt32() == 0, "the health says that no socket is open");

        var away = await HealthAsync();
        away.GetProperty("status").GetString().ShouldBe("degraded");
        away.GetProperty("database").GetProperty("answers").GetBoolean().ShouldBeTrue();
        away.GetProperty("outbox").GetProperty("waiting").GetInt64().ShouldBeGreaterThan(Notes);
        away.GetProperty("outbox").GetProperty("oldest_s").GetInt64().ShouldBeInRange(3_500, 3_900);
        away.GetProperty("problems").EnumerateArray().Select(p => p.GetString()!).ShouldContain(p => p.Contains("Slack does not take what the bot says", StringComparison.Ordinal));
        away.GetProperty("problems").EnumerateArray().Select(p => p.GetString()!).ShouldContain(p => p.Contains("No socket to Slack is open", StringComparison.Ordinal));
        (await http.GetAsync(new Uri(bot.Url, "/health/ready"), TestContext.Current.CancellationToken)).IsSuccessStatusCode.ShouldBeTrue();
        (await http.GetAsync(new Uri(bot.Url, "/health/live"), TestContext.Current.CancellationToken)).IsSuccessStatusCode.ShouldBeTrue();

        var before = (await bot.Control.TrafficAsync(TestContext.Current.CancellationToken)).Count;
        await bot.SettleAsync();
        await Until.TrueAsync(async () => (await HealthAsync()).GetProperty("status").GetString() == "ok", "the health is well again");

        var shown = (await bot.Control.MessagesAsync(incident.Channel, TestContext.Current.CancellationToken)).Select(m => m.Shown.TrimEnd()).ToList();
        shown.Where(s => s.StartsWith(":memo:", StringComparison.Ordinal)).Select(s => s[s.IndexOf("away", StringComparison.Ordinal)..])
            .ShouldBe(Enumerable.Range(1, Notes).Select(i => $"away {i}"));
        // Twelve severities are one edit of the summary and one of the announcement: what is old news is not said.
        var calls = (await bot.Control.TrafficAsync(TestContext.Current.CancellationToken)).Skip(before).Where(c => c.GetProperty("kind").GetString() == "call").Select(c => c.GetProperty("method").GetString()).ToList();
        calls.Count(m => m == "chat.update").ShouldBeLessThan(8);
        // A note and a changed severity are said one by one: nobody is to miss either.
        calls.Count(m => m == "chat.postMessage").ShouldBeLessThan((2 * Notes) + 10);
        calls.Count(m => m == "conversations.setTopic").ShouldBeLessThan(4);
    }

    private async Task<JsonElement> HealthAsync() => await http.GetFromJsonAsync<JsonElement>(new Uri(bot.Url, "/health"), TestContext.Current.CancellationToken);
}
