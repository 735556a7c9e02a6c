using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;
using static ChatOps.Tests.Incidents.Colleagues;

namespace ChatOps.Tests.Incidents;

/// <summary>Who has which role, and how the lead is handed over.</summary>
public sealed class RolesTests(Bot bot) : IClassFixture<Bot>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bot.SettleAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_role_that_is_typed_is_given_told_and_shown_and_the_person_is_invited()
    {
        var incident = await bot.DeclareAsync("A role is given");
        await bot.CommandAsync("ana", incident.Channel, "role comms @carla");
        await bot.UntilColumnAsync(incident, "comms", Carla);
        await bot.SeeAsync(incident.Channel, "the word of it", m => m.VisibleTo is null && m.Shown.Contains($"<@{Carla}> is comms now", StringComparison.Ordinal));
        await bot.SummaryAsync(incident, $"comms <@{Carla}>");
        await Until.TrueAsync(() => bot.IsMemberAsync(incident, Carla), "carla is in the channel");
        (await bot.ValueAsync<int>("SELECT count(*) FROM incident_members WHERE incident = @Number AND user_id = 'U0CARLA001'", incident)).ShouldBe(1);
        (await bot.ValueAsync<string>("SELECT text FROM timeline WHERE incident = @Number AND kind = 'incident.role'", incident)).ShouldBe($"<@{Carla}> is comms now");
        await bot.CommandAsync("ana", incident.Channel, "role comms nobody");
        await bot.UntilColumnAsync(incident, "comms", null);
    }

    [Fact]
    public async Task A_role_is_given_by_buttons_alone()
    {
        var incident = await bot.DeclareAsync("A role by buttons");
        await bot.CommandAsync("ben", incident.Channel, "");
        var menu = await bot.ToldAsync(incident.Channel, "ben", $"Incident {incident.Number}");
        await bot.ChooseAsync("ben", menu, "incident.verb:menu", $"role|{incident.Number}|");
        await bot.SubmitAsync("ben", new { role = new { value = "scribe" }, person = new { value = "ben" } });
        await bot.UntilColumnAsync(incident, "scribe", Ben);
    }

    [Theory]
    [InlineData("role comms @chatops", "is an app")]
    [InlineData("role comms @nobodyofthatname", "I know nobody called `@nobodyofthatname`")]
    [InlineData("role pilot @ben", "There is no role `pilot`")]
    [InlineData("role @ben", "There is no role")]
    [InlineData("role lead nobody", "Somebody must lead")]
    [InlineData("role lead @ana", "already")]
    public async Task What_cannot_have_a_role_gets_none_and_a_sentence_says_what_to_do(string typed, string told)
    {
        var incident = await bot.DeclareAsync($"Refused: {typed.Replace("@", "", StringComparison.Ordinal)}");
        await bot.CommandAsync("ana", incident.Channel, typed);
        await bot.ToldAsync(incident.Channel, "ana", told);
        (await bot.ValueAsync<string>("SELECT lead || coalesce(comms, '') || coalesce(scribe, '') FROM incidents WHERE number = @Number", incident)).ShouldBe(Ana);
    }

    [Fact]
    public async Task The_lead_moves_when_the_other_accepts_and_nobody_else_can()
    {
        var incident = await bot.DeclareAsync("Handed over");
        await bot.CommandAsync("ana", incident.Channel, "handover @ben");
        var offer = await bot.SeeAsync(incident.Channel, "the offer", m => m.Button("incident.verb:handover", "accept") is not null);
        offer.Text.ShouldStartWith($"Incident {incident.Number}: <@{Ben}>, <@{Ana}> offers you the lead.");
        offer.Shown.ShouldContain("What was tried");
        offer.Shown.ShouldContain("assess: ");
        (await bot.ColumnAsync(incident, "lead")).ShouldBe(Ana, "an offer moves nothing");

        await bot.PressAsync("carla", offer.Button("incident.verb:handover", "accept")!);
        await bot.ToldAsync(incident.Channel, "carla", $"This offer is for <@{Ben}>");
        await bot.PressAsync("ana", offer.Button("incident.verb:handover", "accept")!);
        await bot.ToldAsync(incident.Channel, "ana", $"This offer is for <@{Ben}>");
        (await bot.ColumnAsync(incident, "lead")).ShouldBe(Ana);

        await Task.WhenAll(bot.PressAsync("ben", offer.Button("incident.verb:handover", "accept")!), bot.PressAsync("ben", offer.Button("incident.verb:handover", "accept")!));
        await bot.UntilColumnAsync(incident, "lead", Ben);
        await bot.SeeAsync(incident.Channel, "the word that ben leads", m => m.Text.Contains($"<@{Ben}> leads now, handed over by <@{Ana}>", StringComparison.Ordinal));
        await bot.IdleAsync();
        (await bot.SeeAsync(incident.Channel, "the offer as it ended", m => m.Ts == offer.Ts)).Buttons.ShouldBeEmpty();
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND kind = 'incident.handover' AND text LIKE 'Accepted%'", incident)).ShouldBe(1);
        await Until.TrueAsync(async () => (await bot.ChannelOfAsync(incident)).GetProperty("topic").GetString()!.Contains("@ben leads", StringComparison.Ordinal), "the topic names the new lead");
    }

    [Fact]
    public async Task An_offer_is_withdrawn_and_made_again_and_only_the_last_one_counts()
    {
        var incident = await bot.DeclareAsync("Offered again");
        await bot.CommandAsync("ana", incident.Channel, "handover @ben");
        var first = await bot.SeeAsync(incident.Channel, "the first offer", m => m.Button("incident.verb:handover", "withdraw") is not null);
        await bot.PressAsync("ana", first.Button("incident.verb:handover", "withdraw")!);
        await bot.SeeAsync(incident.Channel, "the offer withdrawn", m => m.Ts == first.Ts && m.Shown.Contains("withdrawn", StringComparison.Ordinal));
        await bot.PressAsync("ben", first.Button("incident.verb:handover", "accept")!);
        await bot.SeeAsync(incident.Channel, "the refusal", m => m.Shown.Contains("withdrew this offer", StringComparison.Ordinal));

        await bot.CommandAsync("ana", incident.Channel, "handover @ben");
        var second = await bot.SeeAsync(incident.Channel, "the second offer", m => m.Button("incident.verb:handover", "accept") is not null && string.CompareOrdinal(m.Ts, first.Ts) > 0);
        await bot.CommandAsync("ana", incident.Channel, "handover @carla");
        var third = await bot.SeeAsync(incident.Channel, "the third offer", m => m.Button("incident.verb:handover", "accept") is not null && string.CompareOrdinal(m.Ts, second.Ts) > 0);
        await bot.PressAsync("ben", second.Button("incident.verb:handover", "accept")!);
        await bot.SeeAsync(incident.Channel, "the refusal", m => m.Shown.Contains("This offer is void", StringComparison.Ordinal));
        (await bot.ColumnAsync(incident, "lead")).ShouldBe(Ana);
        await bot.CommandAsync("carla", incident.Channel, "handover accept");
        await bot.UntilColumnAsync(incident, "lead", Carla);
        third.Ts.ShouldNotBe(second.Ts);
    }

    [Fact]
    public async Task An_offer_ends_with_the_incident()
    {
        var incident = await bot.DeclareAsync("Offered and resolved");
        await bot.CommandAsync("ana", incident.Channel, "handover @ben");
        var offer = await bot.SeeAsync(incident.Channel, "the offer", m => m.Button("incident.verb:handover", "accept") is not null);
        await bot.CommandAsync("ana", incident.Channel, "resolve it was nothing");
        await bot.SeeAsync(incident.Channel, "the offer, void", m => m.Ts == offer.Ts && m.Shown.Contains("is void", StringComparison.Ordinal));
        await bot.PressAsync("ben", offer.Button("incident.verb:handover", "accept")!);
        await bot.SeeAsync(incident.Channel, "the refusal", m => m.Shown.Contains("This offer is void", StringComparison.Ordinal));
        (await bot.ColumnAsync(incident, "lead")).ShouldBe(Ana);
    }
}
