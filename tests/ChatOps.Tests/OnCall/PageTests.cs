using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.OnCall;

/// <summary>People are called, answer or do not, through the whole bot.</summary>
public sealed class PageTests(OnCallBot bot) : IClassFixture<OnCallBot>
{
    private const string Carla = "U0CARLA001";
    private const string Dmitri = "U0DMITRI01";
    private const string Eve = "U0EVE00001";
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Who_is_on_call_is_invited_paged_and_acknowledges()
    {
        var incident = await bot.DeclareAsync("Paged and answered");
        await bot.UntilCalledAsync(incident, Carla);
        var call = await bot.SeeAsync(incident.Channel, "the call", m => Ack(m) is not null);
        call.Text[..120].ShouldContain($"<@{Carla}> (on call): Incident {incident.Number} · SEV2");
        var direct = await DirectAsync("carla", incident);
        direct.Shown.ShouldContain("Paged and answered");
        (await bot.ValueAsync<int>("SELECT count(*) FROM incident_members WHERE incident = @Number AND user_id = 'U0CARLA001'", incident)).ShouldBe(1);

        await bot.PressAsync("carla", Ack(direct)!);
        await bot.SeeAsync(incident.Channel, "the answer", m => m.Shown.Contains($"<@{Carla}> acknowledged the page", StringComparison.Ordinal) && m.Edits == 0);
        await bot.SeeAsync(incident.Channel, "the call without its button", m => m.Ts == call.Ts && Ack(m) is null);
        (await bot.ValueAsync<string>("SELECT actor FROM timeline WHERE incident = @Number AND kind = 'page.acknowledged'", incident)).ShouldBe(Carla);

        // On a screen that was not refreshed the button still stands.
        await bot.PressAsync("eve", Ack(call)!);
        await bot.ToldAsync(incident.Channel, "eve", $"<@{Carla}> acknowledged it already");
        await bot.AdvanceAsync(FiveMinutes);
        await bot.SweepOnManyInstancesAsync("pages");
        (await bot.CalledAsync(incident)).ShouldBe(Carla);
    }

    [Fact]
    public async Task Without_an_answer_the_backup_the_next_and_then_nobody_is_called_and_a_late_answer_counts()
    {
        var incident = await bot.DeclareAsync("Nobody answers");
        await bot.UntilCalledAsync(incident, Carla);
        await bot.AdvanceAsync(FiveMinutes);
        await bot.UntilCalledAsync(incident, $"{Carla} {Dmitri}");
        await bot.AdvanceAsync(FiveMinutes);
        await bot.UntilCalledAsync(incident, $"{Carla} {Dmitri} {Eve}");
        await bot.AdvanceAsync(FiveMinutes);
        var over = await bot.SeeAsync(incident.Channel, "that nobody answered", m => m.Shown.Contains("nobody answered the page", StringComparison.Ordinal));
        over.Text[..60].ShouldContain("<@U0ANA00001>", customMessage: "the lead is told");
        over.Shown.ShouldContain("3 people were called");

        await bot.PressAsync("dmitri", Ack(over)!);
        await bot.SeeAsync(incident.Channel, "the late answer", m => m.Shown.Contains($"<@{Dmitri}> acknowledged the page", StringComparison.Ordinal));
        (await bot.ValueAsync<string>("SELECT state FROM pages WHERE incident = @Number", incident)).ShouldBe("acknowledged");
    }

    [Fact]
    public async Task That_the_bot_invites_whoever_it_called_is_no_answer_and_the_next_are_called()
    {
        await bot.CommandAsync("ana", "general", "start \"Night\" --service shop --sev 1 --private --new");
        var incident = await bot.DeclaredAsync("Night");
        await bot.UntilCalledAsync(incident, Carla);
        await Until.TrueAsync(async () => await JoinedAsync(incident, Carla) is not null, "carla's coming is recorded");
        await bot.IdleAsync();
        await bot.AdvanceAsync(FiveMinutes);
        await bot.UntilCalledAsync(incident, $"{Carla} {Dmitri}");
        (await JoinedAsync(incident, Carla)).ShouldBe($"chatops: Invited <@{Carla}>");
    }

    [Fact]
    public async Task Who_answers_ends_every_page_for_somebody_on_call_but_none_for_a_person_by_name()
    {
        var incident = await bot.DeclareAsync("Paged thrice");
        await bot.UntilCalledAsync(incident, Carla);
        await bot.CommandAsync("ana", incident.Channel, "page more hands are needed");
        await bot.UntilCalledAsync(incident, $"{Carla} {Carla}");
        await bot.CommandAsync("ana", incident.Channel, "page @eve you know the cache");
        await bot.UntilCalledAsync(incident, $"{Carla} {Carla} {Eve}");
        var calls = (await bot.Control.MessagesAsync(incident.Channel, TestContext.Current.CancellationToken)).Where(m => Ack(m) is not null).ToList();
        await bot.PressAsync("ben", Ack(calls[0])!);
        await Until.TrueAsync(async () => await bot.PageStatesAsync(incident) == "acknowledged acknowledged waiting", "both pages are answered");
        await bot.SeeAsync(incident.Channel, "the other call without its button", m => m.Ts == calls[1].Ts && Ack(m) is null);
        await bot.AdvanceAsync(FiveMinutes);
        await bot.UntilCalledAsync(incident, $"{Carla} {Carla} {Eve} {Carla}");
    }

    [Fact]
    public async Task Anybody_may_answer_and_nobody_else_is_called()
    {
        var incident = await bot.DeclareAsync("Answered by another");
        await bot.UntilCalledAsync(incident, Carla);
        await bot.CommandAsync("ben", incident.Channel, "page ack");
        await bot.SeeAsync(incident.Channel, "the answer", m => m.Shown.Contains("<@U0BEN00001> acknowledged the page", StringComparison.Ordinal));
        await bot.AdvanceAsync(FiveMinutes);
        await bot.SweepOnManyInstancesAsync("pages");
        (await bot.CalledAsync(incident)).ShouldBe(Carla);
    }

    [Fact]
    public async Task Eight_sweeps_at_once_call_everybody_once()
    {
        var incident = await bot.DeclareAsync("Many instances");
        await bot.UntilCalledAsync(incident, Carla);
        await bot.AdvanceAsync(FiveMinutes);
        await bot.SweepOnManyInstancesAsync("pages");
        await bot.IdleAsync();
        (await bot.CalledAsync(incident)).ShouldBe($"{Carla} {Dmitri}");
        (await bot.Control.MessagesAsync(incident.Channel, TestContext.Current.CancellationToken)).Count(m => m.Shown.Contains("(the backup)", StringComparison.Ordinal)).ShouldBe(1);
        (await bot.Control.MessagesAsync(Bot.DirectMessagesOf("dmitri"), TestContext.Current.CancellationToken)).Count(m => m.Shown.Contains("Many instances", StringComparison.Ordinal)).ShouldBe(1);
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND kind = 'page.called'", incident)).ShouldBe(2);
    }

    [Fact]
    public async Task A_restart_in_between_loses_and_repeats_no_call()
    {
        var incident = await bot.DeclareAsync("Restarted in between");
        await bot.UntilCalledAsync(incident, Carla);
        await bot.RestartAsync();
        await bot.AdvanceAsync(FiveMinutes);
        await bot.UntilCalledAsync(incident, $"{Carla} {Dmitri}");
        await bot.IdleAsync();
        (await bot.ValueAsync<int>("SELECT count(*) FROM pages WHERE incident = @Number", incident)).ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_is_on_call_and_starts_it_is_not_paged()
    {
        await bot.CommandAsync("carla", "general", "start \"Began on call\" --service shop --sev 1 --new");
        var incident = await bot.DeclaredAsync("Began on call");
        await bot.SweepOnManyInstancesAsync("pages");
        (await bot.ValueAsync<int>("SELECT count(*) FROM pages WHERE incident = @Number", incident)).ShouldBe(0);
    }

    [Fact]
    public async Task In_triage_nobody_is_bothered_until_someone_accepts()
    {
        await bot.CommandAsync("ana", "general", "start \"In triage first\" --service shop --new");
        var incident = await bot.DeclaredAsync("In triage first");
        (await bot.ValueAsync<int>("SELECT count(*) FROM incident_members WHERE incident = @Number AND user_id = 'U0CARLA001'", incident)).ShouldBe(0);
        (await bot.CalledAsync(incident)).ShouldBe("");
        await bot.CommandAsync("ana", incident.Channel, "accept 2");
        await bot.UntilCalledAsync(incident, Carla);
    }

    [Fact]
    public async Task A_triage_that_is_assessed_as_sev1_calls_whoever_is_on_call_until_somebody_accepts_it()
    {
        await bot.CommandAsync("ana", "general", "start \"Is it as bad as it looks\" --service shop --new");
        var incident = await bot.DeclaredAsync("Is it as bad as it looks");
        (await bot.ValueAsync<string>("SELECT severity_rule FROM incidents WHERE number = @Number", incident)).ShouldStartWith("SEV1");
        await bot.AdvanceAsync(TimeSpan.FromMinutes(3) + TimeSpan.FromSeconds(1));
        await bot.UntilCalledAsync(incident, Carla);
        (await bot.SeeAsync(incident.Channel, "the call", m => Ack(m) is not null)).Text.ShouldContain("Nobody has accepted it yet.");

        await bot.CommandAsync("ben", incident.Channel, "accept 3");
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT state FROM pages WHERE incident = @Number", incident) == "stopped", "the page ends with the question");
        await bot.AdvanceAsync(FiveMinutes);
        await bot.SweepOnManyInstancesAsync("pages");
        (await bot.CalledAsync(incident)).ShouldBe(Carla);
    }

    [Fact]
    public async Task A_sev3_invites_and_does_not_page_and_pages_once_it_gets_worse()
    {
        await bot.CommandAsync("ana", "general", "start \"Gets worse\" --service shop --sev 3 --new");
        var incident = await bot.DeclaredAsync("Gets worse");
        await bot.SweepOnManyInstancesAsync("pages");
        (await bot.CalledAsync(incident)).ShouldBe("");
        (await bot.ValueAsync<int>("SELECT count(*) FROM incident_members WHERE incident = @Number AND user_id = 'U0CARLA001'", incident)).ShouldBe(1);
        await bot.CommandAsync("ana", incident.Channel, "severity 2");
        await bot.UntilCalledAsync(incident, Carla);
        await bot.CommandAsync("ana", incident.Channel, "severity 1");
        await bot.IdleAsync();
        (await bot.ValueAsync<int>("SELECT count(*) FROM pages WHERE incident = @Number", incident)).ShouldBe(1);
    }

    [Fact]
    public async Task An_incident_that_is_over_calls_nobody_else()
    {
        var incident = await bot.DeclareAsync("Over before the next");
        await bot.UntilCalledAsync(incident, Carla);
        await bot.CommandAsync("ana", incident.Channel, "cancel it was a test");
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT state FROM pages WHERE incident = @Number", incident) == "stopped", "the page has ended");
        await bot.SeeAsync(Bot.DirectMessagesOf("carla"), "that it is over", m => m.Shown.Contains($"Incident {incident.Number} ·", StringComparison.Ordinal) && m.Shown.Contains("Nobody else is called: the incident is cancelled", StringComparison.Ordinal) && Ack(m) is null);
        await bot.AdvanceAsync(FiveMinutes);
        await bot.SweepOnManyInstancesAsync("pages");
        (await bot.CalledAsync(incident)).ShouldBe(Carla);
    }

    [Fact]
    public async Task A_person_is_paged_by_name_and_a_name_that_nobody_has_is_refused_with_what_to_do()
    {
        var incident = await bot.DeclareAsync("By name");
        await bot.UntilCalledAsync(incident, Carla);
        await bot.CommandAsync("carla", incident.Channel, "page @evee please look");
        (await bot.ToldAsync(incident.Channel, "carla", "Nobody here is called `@evee`")).Shown.ShouldContain("`/incident page reason`");
        await bot.CommandAsync("carla", incident.Channel, "page @eve you know the <!channel> cache");
        var call = await bot.SeeAsync(incident.Channel, "the call", m => m.Shown.Contains($"<@{Eve}> (asked for by name)", StringComparison.Ordinal));
        call.Shown.ShouldNotContain("<!channel>");
        (await bot.ValueAsync<string>("SELECT actor FROM timeline WHERE incident = @Number AND kind = 'page.called' ORDER BY id DESC LIMIT 1", incident)).ShouldBe(Carla);
    }

    [Fact]
    public async Task A_card_that_waits_three_minutes_pages_the_lead_in_a_sev2_and_nobody_in_a_sev3()
    {
        var bad = await bot.DeclareAsync("Unpressed", "mailer");
        await bot.CommandAsync("ana", "general", "start \"Unpressed and mild\" --service search --sev 3 --new");
        var mild = await bot.DeclaredAsync("Unpressed and mild");
        await bot.CardAsync(bad, service: "shop-db");
        await bot.CardAsync(mild, service: "shop-db");
        await bot.AdvanceAsync(TimeSpan.FromSeconds(190));
        await bot.SweepOnManyInstancesAsync("questions");
        var call = await bot.SeeAsync(bad.Channel, "the call", m => m.Shown.Contains("waits for a press", StringComparison.Ordinal));
        call.Shown.ShouldContain("<@U0ANA00001>");
        await bot.SweepOnManyInstancesAsync("questions");
        (await bot.ValueAsync<int>("SELECT count(*) FROM pages WHERE incident = @Number AND question IS NOT NULL", bad)).ShouldBe(1);
        (await bot.ValueAsync<int>("SELECT count(*) FROM pages WHERE incident = @Number AND question IS NOT NULL", mild)).ShouldBe(0);

        // The press that answers the question ends the page.
        var card = (await bot.Control.MessagesAsync(bad.Channel, TestContext.Current.CancellationToken)).Last(m => m.Button("action.decline") is not null);
        await bot.PressAsync("ana", card.Button("action.decline")!);
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT state FROM pages WHERE incident = @Number AND question IS NOT NULL", bad) == "stopped", "the page ends with the question");
    }

    [Fact]
    public async Task The_lead_keeps_the_lead_and_the_right_to_press_when_the_rotation_turns()
    {
        var incident = await bot.DeclareAsync("Over night", "mailer");
        await bot.AdvanceAsync(TimeSpan.FromHours(25));
        await bot.IdleAsync();
        (await bot.ValueAsync<string>("SELECT lead FROM incidents WHERE number = @Number", incident)).ShouldBe("U0ANA00001");
        var card = await bot.CardAsync(incident, "ana", "mailer");
        await bot.PressAsync("ana", card.Button("action.confirm")!);
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT confirmed_by FROM operations WHERE incident = @Number", incident) == "U0ANA00001", "ana's press counts");
    }

    private async Task<SeenMessage> DirectAsync(string user, Declared incident) =>
        await bot.SeeAsync(Bot.DirectMessagesOf(user), "the direct message", m => m.Shown.Contains($"Incident {incident.Number} ·", StringComparison.Ordinal) && m.Shown.Contains("pages you", StringComparison.Ordinal));

    private Task<string?> JoinedAsync(Declared incident, string person) =>
        bot.ValueAsync<string?>($"SELECT actor || ': ' || text FROM timeline WHERE incident = @Number AND kind = 'incident.joined' AND part LIKE '% {person}'", incident);

    private static SeenButton? Ack(SeenMessage message) => message.Button("incident.verb:page", "|ack ");
}
