using System.Globalization;
using System.Net;
using System.Text;
using ChatOps.Slack.AspNetCore;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Scenarios;

/// <summary>What reaches the bot's address that Slack did not send, or sent broken.</summary>
public sealed class SignedRequestTests(HttpBot bot) : IClassFixture<HttpBot>, IDisposable
{
    private static int triggers;

    private readonly HttpClient http = new(new SocketsHttpHandler(), disposeHandler: true);

    public void Dispose() => http.Dispose();

    [Theory]
    [InlineData("wrong")]
    [InlineData("missing")]
    [InlineData("old")]
    [InlineData("future")]
    [InlineData("no timestamp")]
    [InlineData("another body")]
    public async Task A_request_that_Slack_did_not_sign_now_is_refused_stored_nowhere_and_told_to_nobody(string what)
    {
        await bot.SettleAsync();
        var (rows, said) = (await RowsAsync(), await SaidAsync());
        var general = (await bot.Control.ChannelsAsync(TestContext.Current.CancellationToken)).First(c => c.GetProperty("name").GetString() == "general").GetProperty("id").GetString()!;
        var body = Command("help", general);
        var at = what switch { "old" => TimeSpan.FromMinutes(-6), "future" => TimeSpan.FromMinutes(6), _ => TimeSpan.Zero };
        using var answer = await SendAsync("commands", body, at, request =>
        {
            if (what is "wrong" or "missing") request.Headers.Remove(SlackSignature.SignatureHeader);
            if (what == "wrong") request.Headers.Add(SlackSignature.SignatureHeader, new SlackSignature("another secret", TimeSpan.FromMinutes(5)).Sign("1", "x"u8));
            if (what == "no timestamp") request.Headers.Remove(SlackSignature.TimestampHeader);
            if (what == "another body") request.Content = Form(Command("list", general));
        });
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
        // Behind it comes a good one: when that is done, the other would have been.
        (await SendAsync("commands", Command("list", general), TimeSpan.Zero)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Until.TrueAsync(async () => await SaidAsync() > said, "the good one is answered");
        await bot.IdleAsync();
        (await RowsAsync()).ShouldBe(rows + 1);
        (await SaidAsync()).ShouldBe(said + 1);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_and_stored_nowhere()
    {
        var rows = await RowsAsync();
        using var answer = await SendAsync("commands", Command("note " + new string('x', (1024 * 1024) + 1)), TimeSpan.Zero);
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await RowsAsync()).ShouldBe(rows);
    }

    [Theory]
    [InlineData("events", "{\"type\":\"event_callback\",")]
    [InlineData("events", "[]")]
    [InlineData("interactions", "payload=%7Bbroken")]
    [InlineData("commands", "nothing=at+all")]
    public async Task A_signed_body_that_makes_no_sense_is_refused_for_good_and_stored_nowhere(string path, string body)
    {
        var rows = await RowsAsync();
        using var answer = await SendAsync(path, body, TimeSpan.Zero, json: path == "events");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Headers.GetValues("X-Slack-No-Retry").ShouldBe(["1"]);
        (await RowsAsync()).ShouldBe(rows);
    }

    [Fact]
    public async Task A_command_that_is_delivered_three_times_has_one_effect()
    {
        var incident = await bot.DeclareAsync("Delivered three times");
        var body = Command("note three times", incident.Channel);
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SendAsync("commands", body, TimeSpan.Zero)));
        answers.Select(a => a.StatusCode).ShouldAllBe(s => s == HttpStatusCode.OK);
        await bot.SeeAsync(incident.Channel, "the note", m => m.Shown.Contains("three times", StringComparison.Ordinal));
        await bot.IdleAsync();
        (await bot.Control.MessagesAsync(incident.Channel, TestContext.Current.CancellationToken)).Count(m => m.Shown.StartsWith(":memo:", StringComparison.Ordinal)).ShouldBe(1);
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND text = 'three times'", incident)).ShouldBe(1);
    }

    [Fact]
    public async Task An_event_that_is_delivered_three_times_is_stored_at_most_once()
    {
        var rows = await RowsAsync();
        var body = """{"type":"event_callback","event_id":"Ev0THRICE1","event_time":1795253100,"team_id":"T1","api_app_id":"A1","event":{"type":"app_home_opened","user":"U0ANA00001","channel":"D1","tab":"home","event_ts":"1795253100.000100"}}""";
        for (var i = 0; i < 3; i++) (await SendAsync("events", body, TimeSpan.Zero, json: true)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await bot.IdleAsync();
        (await RowsAsync()).ShouldBeLessThanOrEqualTo(rows + 1);
    }

    private Task<int> RowsAsync() => bot.ValueAsync<int>("SELECT count(*) FROM inbox");

    /// <summary>How often the bot told anybody anything.</summary>
    private async Task<int> SaidAsync() => (await bot.Control.TrafficAsync(TestContext.Current.CancellationToken)).Count(c => c.GetProperty("method").GetString()!.StartsWith("chat.", StringComparison.Ordinal) && c.GetProperty("answer").GetProperty("ok").GetBoolean());

    private static string Command(string text, string channel = "C0") => 
        $"token=x&team_id=T1&channel_id={channel}&user_id=U0ANA00001&user_name=ana&command=%2Fincident&text={WebUtility.UrlEncode(text)}&trigger_id=t-{Interlocked.Increment(ref triggers)}";

    private async Task<HttpResponseMessage> SendAsync(string path, string body, TimeSpan moved, Action<HttpRequestMessage>? change = null, bool json = false)
    {
        var at = (bot.Workspace.Clock.GetUtcNow() + moved).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bot.Url, $"/slack/{path}"))
        {
            Content = json ? new StringContent(body, Encoding.UTF8, "application/json") : Form(body),
        };
        request.Headers.Add(SlackSignature.TimestampHeader, at);
        request.Headers.Add(SlackSignature.SignatureHeader, new SlackSignature(bot.Workspace.SigningSecret, TimeSpan.FromMinutes(5)).Sign(at, Encoding.UTF8.GetBytes(body)));
        change?.Invoke(request);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static StringContent Form(string body) => new(body, Encoding.UTF8, "application/x-www-form-urlencoded");
}
