using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Slack.AspNetCore;
using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Capture;

/// <summary>Deliveries of events as Slack signs them, in whichever order a test wants.</summary>
internal sealed class SignedEvents(Bot bot) : IDisposable
{
    private static int deliveries;

    private readonly HttpClient http = new(new SocketsHttpHandler(), disposeHandler: true);

    public void Dispose() => http.Dispose();

    /// <summary>Delivers and gives the delivery's id.</summary>
    public async Task<string> DeliverAsync(JsonObject happened)
    {
        var id = $"Ev{Interlocked.Increment(ref deliveries):D8}";
        var body = ToldChannel.Delivery(happened, id);
        var at = bot.Workspace.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bot.Url, "/slack/events")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add(SlackSignature.TimestampHeader, at);
        request.Headers.Add(SlackSignature.SignatureHeader, new SlackSignature(bot.Workspace.SigningSecret, TimeSpan.FromMinutes(5)).Sign(at, Encoding.UTF8.GetBytes(body)));
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return id;
    }

    public async Task DeliverAndWaitAsync(JsonObject happened)
    {
        var id = await DeliverAsync(happened);
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT state FROM inbox WHERE source = 'slack' AND key = @id", new { id }) == "done", "the delivery is handled");
    }
}
