using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Scenarios;

namespace ChatOps.Tests.Alerts;

/// <summary>Alerts that get worse, or are worse than the incident that they join.</summary>
public sealed class WorseAlertTests(AlertBot bot) : IClassFixture<AlertBot>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bot.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_alert_that_gets_worse_under_the_same_id_is_decided_about_anew_and_one_that_gets_milder_is_not()
    {
        await CheckAsync("low");
        (await bot.QuestionsAsync("Basket page")).ShouldBeEmpty();
        await CheckAsync("medium");
        (await bot.QuestionsAsync("Basket page")).ShouldHaveSingleItem().Button("alert.start").ShouldNotBeNull();
        await CheckAsync("high");
        var incident = await bot.IncidentOfAsync("search");
        incident.Title.ShouldBe("Basket page");
        (await bot.QuestionsAsync("search: Basket page")).ShouldHaveSingleItem().Shown.ShouldContain($"Incident {incident.Number}: work goes on in");
        await CheckAsync("low");
        await CheckAsync("high");
        (await bot.ValueAsync<string>("SELECT string_agg(text, '; ') FROM timeline WHERE incident = @Number AND kind = 'alert.firing'", incident))
            .ShouldBe("Alert Basket page of uptime fires: Basket page; by the rule \"critical opens\"");
        (await bot.ValueAsync<int>("SELECT level FROM alerts WHERE name = 'Basket page'")).ShouldBe(2);
    }

    [Fact]
    public async Task An_alert_that_gets_worse_joins_no_incident_that_is_over_but_opens_another()
    {
        await CheckAsync("medium", "Voucher page");
        await bot.PressAsync("ana", (await bot.QuestionsAsync("Voucher page")).ShouldHaveSingleItem().Button("alert.start")!);
        var over = await bot.IncidentOfAsync("search");
        await bot.ClearAsync();
        await CheckAsync("high", "Voucher page");
        (await bot.IncidentOfAsync("search")).Number.ShouldBeGreaterThan(over.Number);
    }

    [Fact]
    public async Task An_alert_that_is_worse_than_its_incident_asks_the_lead_once_and_changes_no_severity_by_itself()
    {
        await bot.CommandAsync("ana", "general", "start \"Mail is late\" --service mailer --sev 3 --new");
        var incident = await bot.DeclaredAsync("Mail is late");
        await bot.AlertAsync(new TestAlert("MailQueue", "mailer", "warning"));
        (await WorseAsync(incident)).ShouldBeEmpty("a rule that only asks says nothing of the severity");
        await bot.AlertAsync(new TestAlert("MailLate", "mailer"));
        await bot.AlertAsync(new TestAlert("MailerGone", "mailer"));
        var milder = (await WorseAsync(incident)).ShouldHaveSingleItem();
        milder.Text.ShouldStartWith($"<@U0ANA00001> Incident {incident.Number} is SEV3, and the alert *MailLate* fires, which is SEV2 by the rule \"critical opens\".");
        await bot.AlertAsync(new TestAlert("PaymentErrors", "mailer", "info") { Fingerprint = "first of the worse" });
        var question = (await WorseAsync(incident)).ShouldHaveSingleItem();
        question.Shown.ShouldContain("SEV1 by the rule");
        (await bot.ValueAsync<int>("SELECT severity FROM incidents WHERE number = @Number", incident)).ShouldBe(3);

        await bot.PressAsync("ana", question.Button("incident.verb:severity-1")!);
        await bot.SeeAsync(incident.Channel, "the question without its button", m => m.Ts == question.Ts && m.Buttons.Count == 0);
        (await bot.ValueAsync<int>("SELECT severity FROM incidents WHERE number = @Number", incident)).ShouldBe(1);
        // Whoever says then that it is milder was asked.
        await bot.CommandAsync("ana", incident.Channel, "severity 3");
        await bot.AlertAsync(new TestAlert("PaymentErrors", "mailer", "info") { Fingerprint = "second of the worse" });
        (await WorseAsync(incident)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_alert_that_gets_worse_in_an_open_incident_is_told_there()
    {
        await bot.CommandAsync("ana", "general", "start \"Search is odd\" --service search --sev 3 --new");
        var incident = await bot.DeclaredAsync("Search is odd");
        await CheckAsync("medium", "Result page");
        await CheckAsync("high", "Result page");
        (await WorseAsync(incident)).ShouldHaveSingleItem();
        (await bot.ValueAsync<string>("SELECT string_agg(text, '; ' ORDER BY id) FROM timeline WHERE incident = @Number AND kind = 'alert.firing'", incident)).ShouldBe(
            "Alert Result page of uptime fires: Result page; by the rule \"warning suggests\"; Alert Result page of uptime got worse: Result page; by the rule \"critical opens\"");
        (await bot.BoardAsync(incident)).Shown.ShouldContain("1 alert, all firing");
    }

    private async Task<IReadOnlyList<SeenMessage>> WorseAsync(Declared incident) => [.. (await bot.MessagesAsync(incident.Channel, "Is it that bad?")).Where(m => m.Button("incident.verb:severity") is not null)];

    /// <summary>A check of the source <c>uptime</c> is down since always the same moment.</summary>
    private async Task CheckAsync(string level, string title = "Basket page")
    {
        using var answer = await bot.PostAsync("uptime", $$$"""{"team":"web","checks":[{"id":"{{{title}}}","title":"{{{title}}}","state":"down","level":"{{{level}}}","app":{"name":"search"},"since":1795253100}]}""", AlertBot.Bearer("uptime-secret"));
        answer.IsSuccessStatusCode.ShouldBeTrue();
        await bot.DecidedAsync();
    }
}
