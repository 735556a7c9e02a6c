using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.OnCall;

/// <summary>Pages where PagerDuty says who is on call and rings the phone, through the whole bot.</summary>
public sealed class PagerDutyPageTests(OnCallBot bot) : IClassFixture<OnCallBot>
{
    [Fact]
    public async Task PagerDuty_says_who_is_on_call_and_its_phone_rings_until_the_incident_is_over()
    {
        var incident = await bot.DeclareAsync("Rings a phone", "search");
        await bot.UntilCalledAsync(incident, "U0BEN00001");
        await UntilToldAsync(incident, "trigger");
        var trigger = bot.PagerDuty.Accepted.Single(e => IsOf(e.DedupKey, incident)).Body.GetProperty("payload");
        trigger.GetProperty("summary").GetString().ShouldStartWith($"Incident {incident.Number} · SEV2 · open: Rings a phone.");
        (trigger.GetProperty("severity").GetString(), trigger.GetProperty("source").GetString()).ShouldBe(("error", "search"));
        await bot.CommandAsync("ben", incident.Channel, "page ack");
        await UntilToldAsync(incident, "trigger acknowledge");
        await bot.CommandAsync("ana", incident.Channel, "resolve");
        await UntilToldAsync(incident, "trigger acknowledge resolve");
        await bot.SweepOnManyInstancesAsync("pager");
        (await ToldAsync(incident)).ShouldBe("trigger acknowledge resolve");
    }

    [Fact]
    public async Task While_PagerDuty_does_not_take_it_the_bot_tries_again_and_says_that_no_phone_rings()
    {
        bot.PagerDuty.Faults["Away for a while"] = 503;
        var incident = await bot.DeclareAsync("Away for a while", "search");
        await bot.UntilCalledAsync(incident, "U0BEN00001");
        await bot.RestartAsync();
        for (var tries = 1; tries <= 3; tries++)
        {
            await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT attempts FROM pager_events WHERE incident = @Number AND error IS NOT NULL", incident) >= tries, $"it was tried {tries} times");
            await bot.AdvanceAsync(TimeSpan.FromMinutes(1));
        }
        await bot.SeeAsync(incident.Channel, "the warning", m => m.Shown.Contains($"No phone rings yet for incident {incident.Number}: PagerDuty answered 503", StringComparison.Ordinal));
        bot.PagerDuty.Faults.Clear();
        await bot.AdvanceAsync(TimeSpan.FromMinutes(3));
        await UntilToldAsync(incident, "trigger");
    }

    [Fact]
    public async Task While_PagerDuty_does_not_say_who_is_on_call_its_phone_rings_and_it_is_asked_again()
    {
        bot.PagerDuty.OnCallsStatus = 503;
        var incident = await bot.DeclareAsync("Nobody knows who", "search");
        await UntilToldAsync(incident, "trigger");
        (await bot.SeeAsync(incident.Channel, "that it is asked again", m => m.Shown.Contains("PagerDuty answered 503", StringComparison.Ordinal))).Shown.ShouldContain("I ask again every 30 s");
        await bot.SweepOnManyInstancesAsync("pages");
        (await bot.PageStatesAsync(incident)).ShouldBe("waiting");
        bot.PagerDuty.OnCallsStatus = 200;
        await bot.AdvanceAsync(TimeSpan.FromSeconds(31));
        await bot.UntilCalledAsync(incident, "U0BEN00001");
        await bot.SweepOnManyInstancesAsync("pager");
        (await ToldAsync(incident)).ShouldBe("trigger");
    }

    [Fact]
    public async Task Whom_Slack_does_not_know_PagerDuty_calls_by_phone_all_the_same()
    {
        await bot.CommandAsync("ana", "general", "start \"Strangers\" --service mailer --sev 3 --new");
        var incident = await bot.DeclaredAsync("Strangers");
        await bot.CommandAsync("ana", incident.Channel, "page strangers they keep the network");
        await UntilToldAsync(incident, "trigger");
        (await bot.SeeAsync(incident.Channel, "that nobody is called here", m => m.Shown.Contains("there was nobody whom I could call", StringComparison.Ordinal))).Shown.ShouldContain("Xaver is nobody in Slack");
    }

    [Fact]
    public async Task What_PagerDuty_refuses_is_told_in_the_channel_and_not_repeated()
    {
        bot.PagerDuty.Faults["Refused for good"] = 400;
        var incident = await bot.DeclareAsync("Refused for good", "search");
        var told = await bot.SeeAsync(incident.Channel, "the refusal", m => m.Shown.Contains("No phone rings for incident", StringComparison.Ordinal));
        told.Shown.ShouldContain("Invalid routing key");
        await bot.AdvanceAsync(TimeSpan.FromMinutes(3));
        await bot.SweepOnManyInstancesAsync("pager");
        bot.PagerDuty.Tried.Count(s => s.Contains("Refused for good", StringComparison.Ordinal)).ShouldBe(1);
        bot.PagerDuty.Faults.Clear();
    }

    [Fact]
    public async Task Who_acknowledges_on_the_phone_has_answered_the_page_and_nobody_else_is_called()
    {
        bot.PagerDuty.IncidentsStatus = 503;
        var incident = await bot.DeclareAsync("On the phone", "search");
        await bot.UntilCalledAsync(incident, "U0BEN00001");
        await UntilToldAsync(incident, "trigger");
        // What a service acknowledged, nobody did.
        bot.PagerDuty.IncidentsStatus = 200;
        Answer(incident, "service_reference", "PSVC01", "ChatOps", "");
        await HearAsync();
        (await bot.PageStatesAsync(incident)).ShouldBe("waiting");

        Answer(incident, "user", "PBEN01", "Ben Okafor", "ben@shop.example");
        await HearAsync();
        await bot.SeeAsync(incident.Channel, "the answer", m => m.Shown.Contains("<@U0BEN00001> acknowledged the page in PagerDuty and comes", StringComparison.Ordinal));
        (await bot.PageStatesAsync(incident)).ShouldBe("acknowledged");
        (await bot.ValueAsync<string>("SELECT actor || ' ' || text FROM timeline WHERE incident = @Number AND kind = 'page.acknowledged'", incident)).ShouldStartWith("U0BEN00001 Acknowledged the page in PagerDuty: ");
        (await bot.ValueAsync<int>("SELECT count(*) FROM incident_members WHERE incident = @Number AND user_id = 'U0BEN00001'", incident)).ShouldBe(1);
        await bot.AdvanceAsync(TimeSpan.FromMinutes(6));
        await bot.SweepOnManyInstancesAsync("pages");
        (await bot.CalledAsync(incident)).ShouldBe("U0BEN00001");
        (await ToldAsync(incident)).ShouldBe("trigger");
    }

    [Fact]
    public async Task What_was_asked_for_after_an_answer_on_the_phone_or_of_somebody_by_name_is_not_answered_by_it()
    {
        var incident = await bot.DeclareAsync("Answered before", "search");
        await bot.UntilCalledAsync(incident, "U0BEN00001");
        await bot.CommandAsync("ana", incident.Channel, "page @eve you know the index");
        await bot.UntilCalledAsync(incident, "U0BEN00001 U0EVE00001");
        await UntilToldAsync(incident, "trigger trigger");
        Answer(incident, "user", "PBEN01", "Ben Okafor", "ben@shop.example");
        await HearAsync();
        (await bot.PageStatesAsync(incident)).ShouldBe("acknowledged waiting");
        await bot.CommandAsync("ana", incident.Channel, "page it is worse now");
        await Until.TrueAsync(async () => await bot.PageStatesAsync(incident) == "acknowledged waiting waiting", "it is paged again");
        await UntilToldAsync(incident, "trigger trigger trigger");
        await HearAsync();
        (await bot.PageStatesAsync(incident)).ShouldBe("acknowledged waiting waiting");
    }

    [Fact]
    public async Task Somebody_whom_Slack_does_not_know_is_told_by_name_and_ends_the_page()
    {
        var incident = await bot.DeclareAsync("Answered by a stranger", "search");
        await bot.UntilCalledAsync(incident, "U0BEN00001");
        await UntilToldAsync(incident, "trigger");
        Answer(incident, "user", "PX0001", "Xaver <!channel>", "xaver@elsewhere.example");
        await HearAsync();
        var told = await bot.SeeAsync(incident.Channel, "who it was", m => m.Shown.Contains("acknowledged the page in PagerDuty", StringComparison.Ordinal));
        told.Shown.ShouldContain("Xaver &lt;!channel&gt; acknowledged");
        (await bot.PageStatesAsync(incident)).ShouldBe("stopped");
    }

    [Fact]
    public async Task Into_a_private_incident_an_answer_on_the_phone_lets_nobody_who_was_not_called()
    {
        await bot.CommandAsync("ana", "general", "start \"Not for all\" --service search --sev 1 --private --new");
        var incident = await bot.DeclaredAsync("Not for all");
        await bot.UntilCalledAsync(incident, "U0BEN00001");
        await UntilToldAsync(incident, "trigger");
        Answer(incident, "user", "PEVE02", "Eve", "eve@shop.example");
        await HearAsync();
        (await bot.PageStatesAsync(incident)).ShouldBe("waiting");
        (await bot.ValueAsync<int>("SELECT count(*) FROM incident_members WHERE incident = @Number AND user_id = 'U0EVE00001'", incident)).ShouldBe(0);
        Answer(incident, "user", "PBEN01", "Ben Okafor", "ben@shop.example");
        await HearAsync();
        (await bot.PageStatesAsync(incident)).ShouldBe("acknowledged");
    }

    /// <summary>Somebody acknowledges its alert there, a second from now.</summary>
    private void Answer(Declared incident, string type, string id, string name, string email) =>
        bot.PagerDuty.Acknowledged[bot.PagerDuty.Accepted.First(e => IsOf(e.DedupKey, incident)).DedupKey] = (type, id, name, email, bot.Workspace.Clock.GetUtcNow() + TimeSpan.FromSeconds(1));

    /// <summary>It is asked again.</summary>
    private async Task HearAsync()
    {
        await bot.AdvanceAsync(TimeSpan.FromSeconds(16));
        await bot.SweepOnManyInstancesAsync("pager answers");
    }

    private Task UntilToldAsync(Declared incident, string events) => Until.TrueAsync(async () => await ToldAsync(incident) == events, $"PagerDuty was told: {events}");

    private Task<string> ToldAsync(Declared incident) => Task.FromResult(string.Join(' ', bot.PagerDuty.Accepted.Where(e => IsOf(e.DedupKey, incident)).Select(e => e.Action)));

    private static bool IsOf(string dedupKey, Declared incident) => dedupKey.StartsWith($"chatops-{incident.Number}-", StringComparison.Ordinal);
}
