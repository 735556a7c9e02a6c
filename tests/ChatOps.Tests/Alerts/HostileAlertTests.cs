using System.Net;
using System.Text;
using System.Text.Json;
using ChatOps.Slack.Blocks;

namespace ChatOps.Tests.Alerts;

/// <summary>What no monitoring should send and some will.</summary>
public sealed class HostileAlertTests(AlertBot bot) : IClassFixture<AlertBot>, IAsyncLifetime
{
    private static readonly Dictionary<string, string> NoLabels = new(StringComparer.Ordinal);

    public async ValueTask InitializeAsync() => await bot.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static TheoryData<string, string> Titles => new()
    {
        { "mentions", "<!channel> <!here> <@U0ANA00001> & *bold* _it_ ~no~ `code` ```block``` >quote" },
        { "link", "<https://evil.example|click> | > <" },
        { "long", new string('x', 100_000) },
        { "emoji", string.Concat(Enumerable.Repeat("👩‍👩‍👧‍👦", 300)) },
        { "surrogate", "half \ud83d of a pair" },
        { "nul", "a\0b\u0001c" },
        { "lines", "one\r\ntwo\n\nthree\u2028four" },
        { "amp", new string('&', 3_000) },
        { "blank", "   " },
    };

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task Whatever_stands_in_a_title_is_said_and_notifies_nobody(string name, string title)
    {
        await SendAsync(Raw($"Hostile-{name}", "search", title));
        var incident = await bot.IncidentOfAsync("search");
        var dead = await bot.ValueAsync<int>("SELECT count(*) FROM outbox WHERE state = 'dead'");
        dead.ShouldBe(0);
        foreach (var channel in new[] { incident.Channel, "incidents" })
        {
            // A header and a topic are plain text, in which nothing means anything; all else is mrkdwn.
            foreach (var said in (await bot.GetAsync($"messages?channel={channel}")).GetProperty("messages").EnumerateArray().SelectMany(Marked).Where(t => !t.Contains("set the channel topic", StringComparison.Ordinal)))
            {
                said.ShouldNotContain("<!channel>");
                said.ShouldNotContain("<!here>");
                said.ShouldNotContain("<@U0ANA00001> &");
                said.ShouldNotContain("<https://evil.example");
            }
        }
        (await bot.ValueAsync<int>("SELECT max(length(title)) FROM alerts")).ShouldBeLessThanOrEqualTo(250);
    }

    [Fact]
    public async Task A_secret_in_labels_or_annotations_is_kept_nowhere()
    {
        const string token = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["password"] = "hunter2hunter2", ["instance"] = $"https://ops:s3cretpassw0rd@db.example/{token}", ["team"] = "web" };
        await SendAsync(Raw("Leaks", "mailer", $"login with password=hunter2hunter2 and {token} fails for ana@shop.example at 10.20.30.40", labels));
        var incident = await bot.IncidentOfAsync("mailer");
        var everywhere = await bot.ValueAsync<string>(
            """
            SELECT string_agg(t, ' ') FROM (
                SELECT a::text AS t FROM alerts a UNION ALL SELECT i::text FROM incidents i UNION ALL SELECT t::text FROM timeline t
                UNION ALL SELECT o.content::text FROM outbox o UNION ALL SELECT convert_from(body, 'UTF8') FROM inbox WHERE body IS NOT NULL) AS x
            """);
        foreach (var secret in new[] { token, "hunter2hunter2", "s3cretpassw0rd" }) everywhere!.ShouldNotContain(secret);
        (await bot.ValueAsync<string>("SELECT labels::text FROM alerts WHERE name = 'Leaks'"))!.ShouldContain("\"team\": \"web\"");
        foreach (var message in await bot.Control.MessagesAsync(incident.Channel, TestContext.Current.CancellationToken))
        {
            message.Shown.ShouldNotContain(token);
            message.Shown.ShouldNotContain("ana@shop.example");
            message.Shown.ShouldNotContain("10.20.30.40");
        }
    }

    [Fact]
    public async Task Of_a_thousand_labels_some_are_kept()
    {
        var labels = Enumerable.Range(0, 1_000).ToDictionary(i => $"label{i}", i => new string('v', i), StringComparer.Ordinal);
        await SendAsync(Raw("Labels", "shop", "many", labels));
        (await bot.ValueAsync<int>("SELECT count(*) FROM alerts, jsonb_object_keys(labels) WHERE name = 'Labels'")).ShouldBeInRange(1, 64);
        await bot.IncidentOfAsync("shop");
    }

    [Theory]
    [InlineData("2199-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.999999999Z")]
    [InlineData("yesterday")]
    [InlineData("")]
    [InlineData("1e400")]
    [InlineData("-5")]
    public async Task A_beginning_that_cannot_be_is_taken_for_now(string startsAt)
    {
        await SendAsync(Raw("When", "shop-db", "when", NoLabels, startsAt));
        var incident = await bot.IncidentOfAsync("shop-db");
        (await bot.ValueAsync<bool>("SELECT abs(extract(epoch FROM declared_at - onset_at)) < 60 FROM incidents WHERE number = @Number", incident)).ShouldBeTrue();
        await SendAsync(Raw("When", "shop-db", "when", NoLabels, startsAt, "resolved"));
        (await bot.ValueAsync<bool>("SELECT firing FROM alerts WHERE name = 'When'")).ShouldBeFalse();
    }

    [Fact]
    public async Task An_alert_that_has_fired_for_weeks_does_not_say_when_this_trouble_began()
    {
        await SendAsync(Raw("Weeks", "mailer", "old", NoLabels, TimeProvider.System.GetUtcNow().AddDays(-40).ToString("o")));
        var incident = await bot.IncidentOfAsync("mailer");
        (await bot.ValueAsync<string>("SELECT onset_source FROM incidents WHERE number = @Number", incident)).ShouldNotBe("alert Weeks");
    }

    [Fact]
    public async Task One_fingerprint_twice_in_a_message_is_one_alert_and_an_unknown_status_one_that_fires()
    {
        await SendAsync(TestAlert.Body("twice", new TestAlert("Twice", "search") { Fingerprint = "same" }, new TestAlert("Twice", "search") { Fingerprint = "same", Firing = false }));
        await SendAsync(Raw("Strange", "search", "strange", NoLabels, status: "smouldering"));
        (await bot.ValueAsync<int>("SELECT count(*) FROM alerts WHERE fingerprint = 'same' AND firing")).ShouldBe(1);
        (await bot.ValueAsync<bool>("SELECT firing FROM alerts WHERE name = 'Strange'")).ShouldBeTrue();
    }

    [Fact]
    public async Task Parts_that_are_missing_or_of_another_kind_are_done_without()
    {
        await SendAsync("""{"alerts":[{},7,null,[],"x",{"labels":7,"annotations":[],"startsAt":{},"fingerprint":null},{"labels":{"alertname":{"a":1},"severity":"critical","service":["shop"]}},{"status":"firing","labels":{"alertname":"Bare"}}],"groupKey":{}}""");
        (await bot.ValueAsync<int>("SELECT count(*) FROM alerts WHERE name = 'Bare'")).ShouldBe(1);
        (await bot.ValueAsync<int>("SELECT count(*) FROM inbox WHERE state = 'dead'")).ShouldBe(0);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_do_no_harm()
    {
        using var http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true);
        byte[] body = [.. "{\"alerts\":[{\"labels\":{\"alertname\":\""u8, 0xff, 0xfe, .. "\",\"service\":\"\\ud800\"}}]}"u8];
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bot.Url, "/alerts/alertmanager")) { Content = new ByteArrayContent(body) };
        request.Headers.Authorization = AlertBot.Bearer(AlertBot.Token);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.BadRequest);
        await bot.DecidedAsync();
        (await bot.ValueAsync<int>("SELECT count(*) FROM inbox WHERE state = 'dead'")).ShouldBe(0);
    }

    [Fact]
    public void A_message_full_of_the_longest_stays_within_what_slack_takes()
    {
        var groups = Enumerable.Range(0, 12).Select(i => new ChatOps.Alerts.AlertGroup
        {
            Source = "s", Name = new string('&', 150), Title = new string('<', 250), Summary = "x", Url = "https://x.example/" + new string('a', 170), Level = 2, Total = 100_000, Firing = 99_999,
            Since = DateTimeOffset.UnixEpoch, SilencedUntil = DateTimeOffset.UnixEpoch, SilencedBy = "U0ANA00001",
        }).ToList();
        var view = new ChatOps.Alerts.AlertView
        {
            Total = 1_200_000, Firing = 1, Rules = 500, Groups = groups,
            FalseAlarms = new Dictionary<(string, string), ChatOps.Alerts.Tally> { [("s", groups[0].Name)] = new(9, 10) },
        };
        var incident = new ChatOps.Incidents.Incident { Number = 7, ShortId = "x", Title = "t", Severity = 1, Status = ChatOps.Incidents.IncidentStatus.Open, Environment = "production", DeclaredBy = "chatops", DeclaredAt = DateTimeOffset.UnixEpoch, DeclaredIn = "#incidents" };
        BlockValidation.Check(ChatOps.Alerts.AlertMessages.Board(incident, view, canSilence: true)).ShouldBeEmpty();
        var suggestion = new ChatOps.Alerts.Suggestion { Id = 3, Place = "shop", Source = "s", Service = "shop", State = "open", OpenedAt = DateTimeOffset.UnixEpoch };
        BlockValidation.Check(ChatOps.Alerts.AlertMessages.Suggestion(suggestion, view, null, canSilence: true)).ShouldBeEmpty();
        BlockValidation.Check(ChatOps.Alerts.AlertMessages.WhichToSilence("s3", groups)).ShouldBeEmpty();
        var lines = Enumerable.Range(0, 30).Select(i => new ChatOps.Alerts.DigestLine("s", new string('&', 150), "shop", new string('>', 250), 9, 9, 900)).ToList();
        BlockValidation.Check(ChatOps.Alerts.AlertDigest.Message(lines, DateTimeOffset.UnixEpoch)).ShouldBeEmpty();
    }

    /// <summary>The message's text and every mrkdwn in its blocks.</summary>
    private static IEnumerable<string> Marked(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Marked),
        JsonValueKind.Object when element.TryGetProperty("type", out var type) && type.ValueEquals("plain_text") => [],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => p.NameEquals("text") && p.Value.ValueKind == JsonValueKind.String ? [p.Value.GetString()!] : Marked(p.Value)),
        _ => [],
    };

    private async Task SendAsync(string body)
    {
        using var answer = await bot.PostAsync("alertmanager", body, AlertBot.Bearer(AlertBot.Token));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await bot.DecidedAsync();
    }

    private static string Raw(string name, string service, string title, Dictionary<string, string>? labels = null, string? startsAt = null, string status = "firing")
    {
        var all = new StringBuilder();
        foreach (var (key, value) in labels ?? NoLabels) all.Append(Json(key)).Append(':').Append(Json(value)).Append(',');
        return $$"""
            {"groupKey":"raw","alerts":[{"status":"{{status}}","labels":{ {{all}} "alertname":"{{name}}","severity":"critical","service":"{{service}}"},
            "annotations":{"summary":{{Json(title)}}},"startsAt":{{Json(startsAt ?? TimeProvider.System.GetUtcNow().ToString("o"))}},"fingerprint":"{{name}} {{startsAt}}"}]}
            """;
    }

    /// <summary>By hand, since a serializer would mend what is broken.</summary>
    private static string Json(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\') json.Append('\\').Append(c);
            else if (c < ' ' || char.IsSurrogate(c)) json.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
            else json.Append(c);
        }
        return json.Append('"').ToString();
    }
}
