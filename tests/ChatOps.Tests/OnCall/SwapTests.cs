using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.OnCall;

/// <summary>Who is on call is shown, and shifts are swapped, through the whole bot.</summary>
public sealed class SwapTests(OnCallBot bot) : IClassFixture<OnCallBot>
{
    [Fact]
    public async Task It_is_shown_who_is_on_call_until_when_and_who_comes_then()
    {
        await bot.CommandAsync("dmitri", "general", "oncall");
        var shown = await bot.ToldAsync("general", "dmitri", "*shop-team*");
        shown.Shown.ShouldContain("*shop-team*: <@U0CARLA001> is on call until ");
        shown.Shown.ShouldContain(", then <@U0EVE00001>.");
        shown.Shown.ShouldContain("*there*: <@U0BEN00001> is on call until ");
    }

    [Fact]
    public async Task Whoever_takes_over_is_called_from_then_on_and_whose_shift_it_was_is_told()
    {
        await bot.CommandAsync("eve", "general", "oncall swap shop-team --for 4h I am awake anyway");
        await bot.ToldAsync("general", "eve", "<@U0EVE00001> is on call instead");
        await bot.SeeAsync(Bot.DirectMessagesOf("carla"), "the news", m => m.Shown.Contains("<@U0EVE00001> is on call instead", StringComparison.Ordinal) && m.Shown.Contains("I am awake anyway", StringComparison.Ordinal));
        var incident = await bot.DeclareAsync("Taken over");
        await bot.UntilCalledAsync(incident, "U0EVE00001");

        await bot.CommandAsync("eve", "general", "oncall");
        var list = await bot.ToldAsync("general", "eve", "By a swap.");
        await bot.PressAsync("eve", list.Button("incident.verb:oncall", "|cancel ")!);
        await bot.ToldAsync("general", "eve", "The rotation counts again.");
        var next = await bot.DeclareAsync("Given back");
        await bot.UntilCalledAsync(next, "U0CARLA001");
    }

    [Fact]
    public async Task Somebody_who_is_asked_has_to_accept_and_nobody_else_can()
    {
        await bot.CommandAsync("ben", "general", "oncall swap turning @ana --for 2h dentist");
        var offer = await bot.SeeAsync(Bot.DirectMessagesOf("ana"), "the offer", m => m.Shown.Contains("asks you to take over turning", StringComparison.Ordinal));
        (await StateAsync("dentist")).ShouldBe("offered");
        var id = offer.Button("incident.verb:oncall", "|accept ")!.Value!.Split(' ')[^1];
        await bot.CommandAsync("dmitri", "general", $"oncall accept {id}");
        await bot.ToldAsync("general", "dmitri", "who alone can answer it");
        (await StateAsync("dentist")).ShouldBe("offered");

        await bot.PressAsync("ana", offer.Button("incident.verb:oncall", "|accept ")!);
        await bot.SeeAsync(Bot.DirectMessagesOf("ben"), "the answer", m => m.Shown.Contains("<@U0ANA00001> is on call instead", StringComparison.Ordinal));
        (await StateAsync("dentist")).ShouldBe("active");
        await bot.PressAsync("ana", offer.Button("incident.verb:oncall", "|decline ")!);
        await bot.IdleAsync();
        (await StateAsync("dentist")).ShouldBe("active");
    }

    [Fact]
    public async Task Who_declines_changes_nothing()
    {
        await bot.CommandAsync("ben", "general", "oncall swap turning @eve --for 2h holiday");
        var offer = await bot.SeeAsync(Bot.DirectMessagesOf("eve"), "the offer", m => m.Shown.Contains("holiday", StringComparison.Ordinal));
        await bot.PressAsync("eve", offer.Button("incident.verb:oncall", "|decline ")!);
        await bot.SeeAsync(Bot.DirectMessagesOf("ben"), "the answer", m => m.Shown.Contains("<@U0EVE00001> declined", StringComparison.Ordinal));
        (await StateAsync("holiday")).ShouldBe("declined");
    }

    [Fact]
    public async Task A_swap_is_in_the_timeline_only_of_the_incident_during_which_it_was_made()
    {
        var incident = await bot.DeclareAsync("Swapped during it", "mailer");
        await bot.CommandAsync("dmitri", incident.Channel, "oncall take");
        await bot.SeeAsync(incident.Channel, "the news", m => m.VisibleTo is null && m.Shown.Contains("<@U0DMITRI01> is on call instead: turning", StringComparison.Ordinal));
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE kind = 'oncall.taken' AND incident = @Number", incident)).ShouldBe(1);
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE kind = 'oncall.taken' AND incident IS DISTINCT FROM @Number", incident)).ShouldBe(0);
    }

    [Fact]
    public async Task Without_words_a_form_asks_and_its_submission_swaps()
    {
        await bot.CommandAsync("dmitri", "general", "oncall swap");
        var form = "";
        await Until.TrueAsync(async () => await bot.Control.ViewsAsync("dmitri", TestContext.Current.CancellationToken) is [.., var last] && (form = last.GetProperty("id").GetString()!).Length > 0, "the form is open");
        await bot.Control.SubmitAsync("dmitri", form, new { schedule = new { choice = "night" }, text = new { text = "by \"form\"" } }, TestContext.Current.CancellationToken);
        await Until.TrueAsync(async () => await StateAsync("by 'form'") == "active", "the swap counts");
    }

    private Task<string?> StateAsync(string why) => bot.ValueAsync<string>("SELECT state FROM oncall_overrides WHERE why = @why", new { why });
}
