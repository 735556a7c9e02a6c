using ChatOps.Tests.Support;

namespace ChatOps.Tests.Alerts;

/// <summary>The bot beside a real Prometheus and a real Alertmanager, where these are installed.</summary>
public sealed class AlertmanagerBot(TestCluster cluster) : AlertBot(cluster)
{
    private readonly RealAlertmanager real = new();

    internal RealAlertmanager Real => real;

    /// <summary>Why there is none.</summary>
    public string? Missing { get; private set; }

    protected override string AlertmanagerUrl => real.Url;

    public override async ValueTask InitializeAsync()
    {
        Missing = RealAlertmanager.Missing();
        if (Missing is not null) return;
        await base.InitializeAsync();
        await real.StartAsync($"{Url}alerts/alertmanager", Token);
    }

    public override async ValueTask DisposeAsync()
    {
        await real.DisposeAsync();
        if (Missing is null) await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>A rule that fires, an incident, a silence, the end of it: with the real programs on the other side.</summary>
public sealed class AlertmanagerTests(AlertmanagerBot bot) : IClassFixture<AlertmanagerBot>
{
    [Fact]
    public async Task A_rule_that_fires_opens_an_incident_and_asks_whether_it_is_over_when_it_ends()
    {
        RealPrograms.Skip(bot.Missing);
        bot.Real.Break("shop");
        var incident = await bot.IncidentOfAsync("shop");
        incident.Title.ShouldBe("ErrorsHigh: shop answers with errors");
        await bot.SeeAsync(incident.Channel, "the alerts", m => m.Shown.Contains("1 alert, all firing", StringComparison.Ordinal));
        (await bot.ValueAsync<string>("SELECT onset_source FROM incidents WHERE number = @Number", incident)).ShouldBe("alert ErrorsHigh");
        bot.Real.Heal("shop");
        await bot.SeeAsync(incident.Channel, "the question", m => m.Shown.Contains("its alert is resolved. Is it over?", StringComparison.Ordinal));
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND kind IN ('alert.firing', 'alert.resolved')", incident)).ShouldBe(2);
    }

    [Fact]
    public async Task A_silence_is_confirmed_by_who_may_made_once_and_seen_where_it_was_made()
    {
        RealPrograms.Skip(bot.Missing);
        bot.Real.Break("mailer");
        var incident = await bot.IncidentOfAsync("mailer");
        var board = await bot.SeeAsync(incident.Channel, "the alerts", m => m.Button("alert.silence") is not null);
        await bot.PressAsync("ana", board.Button("alert.silence")!);
        var card = await bot.SeeAsync(incident.Channel, "the card", m => m.Button("action.confirm") is not null && m.Shown.Contains("Silence ErrorsHigh for 60 min?", StringComparison.Ordinal));
        card.Shown.ShouldContain("`alertname=ErrorsHigh`");
        card.Shown.ShouldContain("`service=mailer`");
        card.Shown.ShouldContain("Who may press: @oncall");

        await bot.PressAsync("dmitri", card.Button("action.confirm")!);
        await bot.ToldAsync(incident.Channel, "dmitri", "Only @oncall may silence mailer in production.");
        (await SilencesAsync()).ShouldBe(0);
        await Task.WhenAll(bot.PressAsync("ana", card.Button("action.confirm")!), bot.PressAsync("ben", card.Button("action.confirm")!));
        await bot.SeeAsync(incident.Channel, "the end", m => m.Shown.Contains("alertmanager says nothing of ErrorsHigh until", StringComparison.Ordinal) && m.Button("action.confirm") is null);
        await bot.IdleAsync();

        var silence = (await bot.Real.GetAsync("/api/v2/silences")).EnumerateArray().ShouldHaveSingleItem();
        silence.GetProperty("status").GetProperty("state").GetString().ShouldBe("active");
        silence.GetProperty("comment").GetString()!.ShouldStartWith($"Incident {incident.Number}. By ");
        silence.GetProperty("matchers").EnumerateArray().Select(m => $"{m.GetProperty("name").GetString()}={m.GetProperty("value").GetString()}").Where(m => !m.StartsWith("instance=", StringComparison.Ordinal)).ShouldBe(["alertname=ErrorsHigh", "job=page", "service=mailer", "severity=critical"], ignoreOrder: true);
        (await bot.ValueAsync<string>("SELECT silence_id FROM alert_silences WHERE incident = @Number", incident)).ShouldBe(silence.GetProperty("id").GetString());
        await Until.TrueAsync(async () => (await bot.Real.GetAsync("/api/v2/alerts")).EnumerateArray().Any(a => a.GetProperty("labels").GetProperty("service").GetString() == "mailer" && a.GetProperty("status").GetProperty("state").GetString() == "suppressed"), "the alert is suppressed");
        (await bot.SeeAsync(incident.Channel, "the alerts", m => m.Shown.Contains("silenced until", StringComparison.Ordinal))).Ts.ShouldBe(board.Ts);

        // Again: the card says that it is silenced, and it is one more silence only when somebody presses.
        await bot.CommandAsync("ana", incident.Channel, "silence ErrorsHigh --for 2h");
        var second = await bot.SeeAsync(incident.Channel, "the second card", m => m.Shown.Contains("Silence ErrorsHigh for 2 h?", StringComparison.Ordinal) || m.Shown.Contains("Silence ErrorsHigh for 120 min?", StringComparison.Ordinal));
        await bot.PressAsync("ana", second.Button("action.decline")!);
        await bot.IdleAsync();
        (await SilencesAsync()).ShouldBe(1);
    }

    private async Task<int> SilencesAsync() => (await bot.Real.GetAsync("/api/v2/silences")).GetArrayLength();
}
