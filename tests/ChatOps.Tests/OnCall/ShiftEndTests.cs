using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.OnCall;

/// <summary>Who leads hears that their shift ends, once, and can hand over by a press; the lead stays until the other accepts.</summary>
public sealed class ShiftEndTests(OnCallBot bot) : IClassFixture<OnCallBot>
{
    private const string Ends = "your shift ends at";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_lead_is_offered_to_hand_over_half_an_hour_before_the_shift_ends_and_keeps_the_lead_until_the_next_accepts()
    {
        await bot.CommandAsync("ana", "general", "oncall swap shop-team --for 2h");
        await bot.ToldAsync("general", "ana", "<@U0ANA00001> is on call instead");
        var incident = await bot.DeclareAsync("Goes on after the shift");
        await bot.AdvanceAsync(TimeSpan.FromMinutes(88));
        await SweptAsync();
        (await AskedAsync(incident)).ShouldBeEmpty();

        await bot.AdvanceAsync(TimeSpan.FromMinutes(3));
        var asked = await SeeAsync(incident, "the reminder", m => m.Shown.Contains(Ends, StringComparison.Ordinal));
        asked.Text.ShouldContain("<@U0ANA00001>, your shift ends at");
        asked.Text.ShouldContain("<@U0CARLA001> is next");
        await bot.SweepOnManyInstancesAsync("remind people");
        await bot.RestartAsync();
        for (var look = 0; look < 3; look++)
        {
            // Each time the incident's turn has come again.
            await bot.AdvanceAsync(TimeSpan.FromMinutes(1));
            await bot.SweepOnManyInstancesAsync("remind people");
        }
        await SweptAsync();
        (await AskedAsync(incident)).Count.ShouldBe(1);

        await bot.PressAsync("ana", asked.Button("reminder.snooze:15m")!);
        await SeeAsync(incident, "who snoozed it", m => m.Ts == asked.Ts && m.Shown.Contains("Snoozed by <@U0ANA00001>", StringComparison.Ordinal));
        await bot.AdvanceAsync(TimeSpan.FromMinutes(16));
        var again = await SeeAsync(incident, "the reminder again", m => m.Ts != asked.Ts && m.Shown.Contains(Ends, StringComparison.Ordinal));

        await bot.PressAsync("ana", again.Button("incident.verb:handover", "|@U0CARLA001")!);
        var offer = await SeeAsync(incident, "the offer", m => m.Shown.Contains("<@U0CARLA001>, <@U0ANA00001> offers you the lead", StringComparison.Ordinal));
        await bot.AdvanceAsync(TimeSpan.FromMinutes(20));
        await SweptAsync();
        (await LeadAsync(incident)).ShouldBe("U0ANA00001", "the shift is over and nobody has accepted");

        await bot.PressAsync("carla", offer.Button("incident.verb:handover", "|accept ")!);
        await Until.TrueAsync(async () => await LeadAsync(incident) == "U0CARLA001", "carla leads");
        await SweptAsync();
        (await AskedAsync(incident)).Count.ShouldBe(2, "the second time is the snoozed one");
    }

    private Task<SeenMessage> SeeAsync(Declared incident, string what, Func<SeenMessage, bool> fits) => bot.SeeAsync(incident.Channel, what, fits);

    private async Task<IReadOnlyList<SeenMessage>> AskedAsync(Declared incident) =>
        [.. (await bot.Control.MessagesAsync(incident.Channel, Cancelled)).Where(m => m.Shown.Contains("your shift", StringComparison.Ordinal))];

    private Task<string?> LeadAsync(Declared incident) => bot.ValueAsync<string>("SELECT lead FROM incidents WHERE number = @Number", incident);

    /// <summary>Everything that is due now has been looked at, and sent.</summary>
    private async Task SweptAsync()
    {
        var now = bot.Workspace.Clock.GetUtcNow();
        await Until.TrueAsync(
            async () => await bot.ValueAsync<int>("SELECT (SELECT count(*) FROM incidents WHERE remind_due_at <= @now) + (SELECT count(*) FROM reminders WHERE state = 'waiting' AND due_at <= @now)", new { now }) == 0,
            "no reminder is due");
        await bot.IdleAsync();
    }
}
