using ChatOps.Tests.Scenarios;

namespace ChatOps.Tests.Alerts;

/// <summary>From an alert to what people see of it.</summary>
public sealed class AlertFlowTests(AlertBot bot) : IClassFixture<AlertBot>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bot.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_critical_alert_opens_an_incident_that_names_the_bot_and_the_rule_and_nobody_leads_it_yet()
    {
        await bot.AlertAsync(new TestAlert("ShopDown", "shop") { Summary = "Nobody can log in", StartsAt = Ago(minutes: 7) });
        var incident = await bot.IncidentOfAsync("shop");
        incident.Title.ShouldBe("ShopDown: Nobody can log in");
        var row = await bot.RowAsync<Opened>("SELECT declared_by, severity, lead, severity_rule AS rule, onset_source AS onset, (declared_at - onset_at) > interval '6 minutes' AS earlier FROM incidents WHERE number = @Number", incident);
        row.ShouldBe(new Opened("chatops", 2, null, "SEV2: alert ShopDown by the rule \"critical opens\"", "alert ShopDown", true));
        (await bot.ValueAsync<string>("SELECT text FROM timeline WHERE incident = @Number AND kind = 'alert.firing'", incident))
            .ShouldBe("Alert ShopDown of alertmanager fires: Nobody can log in; by the rule \"critical opens\"");
        // Whoever is on call is paged by the folder that knows who that is.
        (await bot.ValueAsync<int>("SELECT count(*) FROM inbox WHERE source = 'internal' AND key = 'page ' || @Number || ' opened'", incident)).ShouldBe(1);

        var board = await bot.BoardAsync(incident);
        board.Shown.ShouldContain("1 alert, all firing");
        await bot.PressAsync("ana", board.Button("incident.verb:accept")!);
        await bot.IdleAsync();
        (await bot.ValueAsync<string>("SELECT lead FROM incidents WHERE number = @Number", incident)).ShouldBe("U0ANA00001");
        (await bot.ValueAsync<int>("SELECT severity FROM incidents WHERE number = @Number", incident)).ShouldBe(2);
    }

    [Theory]
    [InlineData("accept")]
    [InlineData("role lead @ben")]
    [InlineData("handover @ben")]
    public async Task However_somebody_takes_it_it_is_acknowledged_and_the_button_to_take_it_is_gone(string how)
    {
        await bot.AlertAsync(new TestAlert("Taken by " + how, "search"));
        var incident = await bot.IncidentOfAsync("search");
        (await bot.BoardAsync(incident)).Button("incident.verb:accept").ShouldNotBeNull();
        (await bot.ValueAsync<DateTimeOffset?>("SELECT acknowledged_at FROM incidents WHERE number = @Number", incident)).ShouldBeNull();

        await bot.CommandAsync("ana", incident.Channel, how);
        if (how.StartsWith("handover", StringComparison.Ordinal))
        {
            var offer = await bot.SeeAsync(incident.Channel, "the offer", m => m.Button("incident.verb:handover", "|accept ") is not null);
            (await bot.BoardAsync(incident)).Button("incident.verb:accept").ShouldNotBeNull("nobody has it before the offer is accepted");
            await bot.PressAsync("ben", offer.Button("incident.verb:handover", "|accept ")!);
        }
        await bot.SeeAsync(incident.Channel, "the alerts without the button", m => AlertBot.IsBoard(m, incident) && m.Button("incident.verb:accept") is null && m.Button("incident.verb:cancel") is null);
        (await bot.ValueAsync<DateTimeOffset?>("SELECT acknowledged_at FROM incidents WHERE number = @Number", incident)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Alerts_about_the_service_of_an_open_incident_join_it_in_one_message()
    {
        var declared = await bot.DeclareAsync("Mail is slow", "mailer");
        var before = await CountAsync(declared.Channel);
        await bot.AlertAsync(new TestAlert("QueueLong", "mailer", "warning"));
        await bot.AlertAsync(new TestAlert("MailerDown", "mailer"), new TestAlert("QueueLong", "mailer", "warning") { Fingerprint = "second" });
        (await bot.IncidentOfAsync("mailer")).Number.ShouldBe(declared.Number);
        (await CountAsync(declared.Channel)).ShouldBe(before + 1);
        var board = await bot.BoardAsync(declared);
        board.Shown.ShouldContain("3 alerts, all firing");
        board.Shown.ShouldContain("2 of 2 firing");
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND kind = 'alert.firing'", declared)).ShouldBe(3);
        // The person leads: nobody is paged.
        (await bot.ValueAsync<int>("SELECT count(*) FROM inbox WHERE key = 'page ' || @Number || ' alert'", declared)).ShouldBe(0);
        (await bot.QuestionsAsync("QueueLong")).ShouldBeEmpty();
    }

    [Fact]
    public async Task When_all_alerts_are_resolved_it_is_asked_once_whether_it_is_over_and_taken_back_when_one_fires_again()
    {
        var (first, second) = (new TestAlert("SearchDown", "search"), new TestAlert("SearchSlow", "search", "warning"));
        await bot.AlertAsync(first, second);
        var incident = await bot.IncidentOfAsync("search");
        await bot.AlertAsync(first.Resolved);
        (await bot.MessagesAsync(incident.Channel, "resolved. Is it over?")).ShouldBeEmpty();
        await bot.AlertAsync(second.Resolved);
        (await bot.MessagesAsync(incident.Channel, "all 2 alerts are resolved. Is it over?")).ShouldHaveSingleItem().Button("incident.verb:verify").ShouldNotBeNull();
        (await bot.BoardAsync(incident)).Shown.ShouldContain("2 alerts, none fires");
        var count = await CountAsync(incident.Channel);

        // Now, which is later than the beginning of the first.
        await bot.AlertAsync(first with { StartsAt = Ago(minutes: 0) });
        (await bot.MessagesAsync(incident.Channel, "an alert fires again")).ShouldHaveSingleItem().Edits.ShouldBeGreaterThan(0);
        (await CountAsync(incident.Channel)).ShouldBe(count);
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND kind = 'alert.resolved'", incident)).ShouldBe(2);
    }

    [Fact]
    public async Task Old_news_that_comes_late_changes_nothing()
    {
        var alert = new TestAlert("Late", "search", "warning");
        await bot.AlertAsync(alert);
        await bot.AlertAsync(alert.Resolved);
        // The first notification once more, under another key.
        await bot.AlertAsync(alert, new TestAlert("Companion", "search", "info"));
        (await bot.ValueAsync<bool>("SELECT firing FROM alerts WHERE name = 'Late'")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_warning_asks_in_the_incidents_channel_and_a_person_starts_it_once()
    {
        await bot.AlertAsync(new TestAlert("LatencyHigh", "shop", "warning") { Summary = "p99 is 4 s" });
        var question = (await bot.QuestionsAsync("LatencyHigh")).ShouldHaveSingleItem();
        question.Text.ShouldStartWith("shop: LatencyHigh. Is this an incident?");
        await bot.PressAsync("ben", question.Button("alert.start")!);
        await bot.IdleAsync();
        await bot.PressAsync("ana", question.Button("alert.start")!);
        var incident = await bot.IncidentOfAsync("shop");
        (await bot.ValueAsync<string>("SELECT declared_by FROM incidents WHERE number = @Number", incident)).ShouldBe("U0BEN00001");
        (await bot.ValueAsync<int>("SELECT count(*) FROM incidents WHERE service = 'shop' AND status IN ('triage', 'open')")).ShouldBe(1);
        // In a channel of which she is no member an ephemeral message would not reach her.
        await bot.SeeAsync(Bot.DirectMessagesOf("ana"), "who was faster", m => m.Shown.Contains("Somebody started an incident from this before you", StringComparison.Ordinal));
        var after = (await bot.QuestionsAsync("LatencyHigh")).ShouldHaveSingleItem();
        after.Shown.ShouldContain($"Incident {incident.Number} started by <@U0BEN00001>");
        after.Buttons.ShouldBeEmpty();
        (await bot.BoardAsync(incident)).Shown.ShouldContain("LatencyHigh");
    }

    [Fact]
    public async Task A_question_becomes_part_of_the_incident_that_a_critical_alert_opens()
    {
        await bot.AlertAsync(new TestAlert("MailSlow", "mailer", "warning"));
        await bot.AlertAsync(new TestAlert("MailDown", "mailer"));
        var incident = await bot.IncidentOfAsync("mailer");
        (await bot.QuestionsAsync("MailSlow")).ShouldHaveSingleItem().Shown.ShouldContain($"Incident {incident.Number}: work goes on in");
        var board = await bot.BoardAsync(incident);
        board.Shown.ShouldContain("MailSlow");
        board.Shown.ShouldContain("MailDown");
    }

    [Fact]
    public async Task A_question_that_resolves_itself_says_so_and_asks_again_in_place()
    {
        var alert = new TestAlert("Flaps", "search", "warning") { StartsAt = Ago(minutes: 9) };
        await bot.AlertAsync(alert);
        await bot.AlertAsync(alert.Resolved);
        (await bot.QuestionsAsync("Flaps")).ShouldHaveSingleItem().Shown.ShouldContain("was resolved by itself");
        await bot.AlertAsync(alert with { StartsAt = Ago(minutes: 8) });
        (await bot.QuestionsAsync("Flaps")).ShouldHaveSingleItem().Button("alert.start").ShouldNotBeNull();
    }

    [Fact]
    public async Task False_alarms_are_counted_against_the_rule_whether_ignored_or_cancelled()
    {
        var alert = new TestAlert("CriesWolf", "search", "warning") { StartsAt = Ago(minutes: 50) };
        await bot.AlertAsync(alert);
        await bot.PressAsync("ana", (await bot.QuestionsAsync("CriesWolf")).ShouldHaveSingleItem().Button("alert.dismiss")!);
        await bot.IdleAsync();
        (await bot.QuestionsAsync("CriesWolf")).ShouldHaveSingleItem().Shown.ShouldContain("A false alarm, says <@U0ANA00001>");
        // On and off within the hour: it was said what it is.
        await bot.AlertAsync(alert.Resolved);
        await bot.AlertAsync(alert with { StartsAt = Ago(minutes: 40) });
        (await bot.QuestionsAsync("CriesWolf")).Count.ShouldBe(1);

        await bot.AlertAsync(new TestAlert("CriesWolf", "search") { Fingerprint = "loud" });
        var incident = await bot.IncidentOfAsync("search");
        (await bot.BoardAsync(incident)).Shown.ShouldContain("1 of its last 2 were false alarms");
        await bot.CommandAsync("ana", incident.Channel, "cancel it was the test");
        await bot.IdleAsync();
        await bot.AlertAsync(new TestAlert("CriesWolf", "search") { Fingerprint = "louder" });
        (await bot.BoardAsync(await bot.IncidentOfAsync("search"))).Shown.ShouldContain("2 of its last 3 were false alarms");
        (await bot.ValueAsync<int>("SELECT count(*) FROM alert_verdicts WHERE name = 'CriesWolf' AND false_alarm")).ShouldBe(2);
    }

    [Fact]
    public async Task Rules_come_before_the_defaults_and_the_first_that_fits_counts()
    {
        await bot.AlertAsync(new TestAlert("PaymentErrors", "mailer", "info"));
        var incident = await bot.IncidentOfAsync("mailer");
        (await bot.ValueAsync<int>("SELECT severity FROM incidents WHERE number = @Number", incident)).ShouldBe(1);
        await bot.AlertAsync(new TestAlert("Nothing", "search") { Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "nobody" } });
        (await bot.ValueAsync<int>("SELECT count(*) FROM incidents WHERE title LIKE 'Nothing%'")).ShouldBe(0);
        (await bot.ValueAsync<string>("SELECT rule FROM alerts WHERE name = 'Nothing'")).ShouldBe("noise");
    }

    [Fact]
    public async Task A_drill_takes_no_real_alert_in_and_a_private_incident_tells_nobody_else()
    {
        var drill = await bot.DeclareAsync("A drill", "shop-db");
        await bot.ValueAsync<int>("UPDATE incidents SET drill = true WHERE number = @Number RETURNING 1", drill);
        await bot.AlertAsync(new TestAlert("DbSlow", "shop-db", "warning"));
        var question = (await bot.QuestionsAsync("DbSlow")).ShouldHaveSingleItem();
        await bot.ValueAsync<int>("UPDATE incidents SET drill = false, private = true WHERE number = @Number RETURNING 1", drill);
        var said = (await bot.Control.MessagesAsync("incidents", TestContext.Current.CancellationToken)).Count;
        await bot.AlertAsync(new TestAlert("DbDown", "shop-db"));
        (await bot.BoardAsync(drill)).Shown.ShouldContain("DbDown");
        (await bot.Control.MessagesAsync("incidents", TestContext.Current.CancellationToken)).Count.ShouldBe(said);
        var shown = (await bot.QuestionsAsync("DbSlow")).Last(m => m.Ts == question.Ts).Shown;
        shown.ShouldContain("It is being worked on.");
        shown.ShouldNotContain($"{drill.Number}");
    }

    [Fact]
    public async Task Grafana_and_any_json_go_the_same_way()
    {
        using (var grafana = await bot.PostAsync("grafana", TestAlert.Body("{alertname}", new TestAlert("GrafanaWarns", "shop", "warning")).Replace("\"version\"", "\"orgId\":1,\"state\":\"alerting\",\"version\"", StringComparison.Ordinal), AlertBot.Basic("grafana", "grafana-secret")))
            grafana.IsSuccessStatusCode.ShouldBeTrue();
        const string checks = """{"team":"web","checks":[{"id":7,"title":"Login page","state":"down","level":"high","app":{"name":"search"},"since":1795253100,"link":"https://uptime.example/7"},{"id":8,"title":"Other","state":"up","app":{"name":"search"}}]}""";
        using (var uptime = await bot.PostAsync("uptime", checks, AlertBot.Bearer("uptime-secret"))) uptime.IsSuccessStatusCode.ShouldBeTrue();
        await bot.DecidedAsync();
        (await bot.QuestionsAsync("GrafanaWarns")).ShouldHaveSingleItem();
        var incident = await bot.IncidentOfAsync("search");
        incident.Title.ShouldBe("Login page");
        using (var up = await bot.PostAsync("uptime", checks.Replace("\"down\"", "\"up\"", StringComparison.Ordinal), AlertBot.Bearer("uptime-secret"))) up.IsSuccessStatusCode.ShouldBeTrue();
        await bot.DecidedAsync();
        (await bot.MessagesAsync(incident.Channel, "its alert is resolved. Is it over?")).ShouldHaveSingleItem();
    }

    private async Task<int> CountAsync(string channel) => (await bot.Control.MessagesAsync(channel, TestContext.Current.CancellationToken)).Count;

    private static string Ago(int minutes) => TimeProvider.System.GetUtcNow().AddMinutes(-minutes).ToString("o");

    private sealed record Opened(string DeclaredBy, int Severity, string? Lead, string Rule, string Onset, bool Earlier);
}
