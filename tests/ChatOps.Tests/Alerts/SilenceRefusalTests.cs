using ChatOps.Tests.Scenarios;

namespace ChatOps.Tests.Alerts;

/// <summary>Silences that cannot be made: each is told with what to do instead, and no card is drawn.</summary>
public sealed class SilenceRefusalTests(AlertBot bot) : IClassFixture<AlertBot>
{
    [Fact]
    public async Task Where_alertmanager_does_not_answer_the_command_to_run_by_hand_is_told()
    {
        await bot.AlertAsync(new TestAlert("Unreachable", "shop", "warning"));
        var question = (await bot.MessagesAsync("incidents", "Unreachable")).ShouldHaveSingleItem();
        await bot.PressAsync("ana", question.Button("alert.silence")!);
        var told = await bot.SeeAsync(Bot.DirectMessagesOf("ana"), "the refusal", m => m.Shown.Contains("No card: alertmanager cannot be reached: connection refused", StringComparison.Ordinal));
        told.Shown.ShouldContain("amtool silence add --alertmanager.url=http://127.0.0.1:9/ --duration=60m");
        told.Shown.ShouldContain("'alertname=Unreachable'");
        (await bot.ValueAsync<int>("SELECT count(*) FROM pending_actions")).ShouldBe(0);
    }

    [Fact]
    public async Task A_source_that_takes_none_a_wrong_name_and_a_wrong_time_are_each_told()
    {
        using (var answer = await bot.PostAsync("grafana", TestAlert.Body("g", new TestAlert("FromGrafana", "search")), AlertBot.Basic("grafana", "grafana-secret"))) answer.IsSuccessStatusCode.ShouldBeTrue();
        var incident = await bot.IncidentOfAsync("search");
        await bot.CommandAsync("ana", incident.Channel, "accept");
        await bot.CommandAsync("ana", incident.Channel, "silence");
        await bot.ToldAsync(incident.Channel, "ana", "grafana takes no silences from here");
        await bot.CommandAsync("ana", incident.Channel, "silence Nothing");
        await bot.ToldAsync(incident.Channel, "ana", "No alert `Nothing` fires here. What fires: `FromGrafana`.");
        await bot.CommandAsync("ana", incident.Channel, "silence FromGrafana --for ever");
        await bot.ToldAsync(incident.Channel, "ana", "`ever` is no duration");
        await bot.CommandAsync("ana", incident.Channel, "silence FromGrafana --for 1s");
        await bot.ToldAsync(incident.Channel, "ana", "A silence lasts from 5 min to 7 d");
    }

    [Fact]
    public async Task Of_several_alerts_it_is_asked_which()
    {
        await bot.AlertAsync(new TestAlert("One", "mailer"), new TestAlert("Two", "mailer"));
        var incident = await bot.IncidentOfAsync("mailer");
        await bot.CommandAsync("ana", incident.Channel, "accept");
        await bot.CommandAsync("ana", incident.Channel, "silence");
        var which = await bot.ToldAsync(incident.Channel, "ana", "Which alert is to be silenced");
        which.Buttons.Select(b => b.Label).ShouldBe(["One", "Two"]);
        await bot.PressAsync("ana", which.Buttons[1]);
        await bot.ToldAsync(incident.Channel, "ana", "'alertname=Two'");
    }
}
