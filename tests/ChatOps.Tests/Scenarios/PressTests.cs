using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Scenarios;

/// <summary>The press that changes production: by whom, when, and on which card it counts.</summary>
[Collection(nameof(BadDays))]
public sealed class PressTests(Bot bot) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bot.SettleAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_stranger_is_refused_and_the_card_still_waits_for_the_right_person()
    {
        var incident = await bot.DeclareAsync("A stranger presses");
        var card = await bot.CardAsync(incident);
        var before = bot.Shop.Actions;
        // A public channel can be read, and its buttons pressed, without being a member.
        await bot.PressAsync("dmitri", Confirm(card));
        var told = await bot.ToldAsync(incident.Channel, "dmitri", "Nothing was done, and the card still waits: ask ");
        told.Shown.ShouldContain("@oncall");
        await bot.IdleAsync();
        bot.Shop.Actions.ShouldBe(before);
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND kind = 'action.refused' AND actor = 'U0DMITRI01'", incident)).ShouldBe(1);

        await bot.PressAsync("ben", Confirm(card));
        await UntilDoneAsync(incident);
        bot.Shop.Actions.ShouldBe(before + 1);
        (await bot.ValueAsync<string>("SELECT confirmed_by FROM operations WHERE incident = @Number", incident)).ShouldBe("U0BEN00001");
    }

    [Fact]
    public async Task Two_people_who_press_at_once_cause_one_operation()
    {
        var incident = await bot.DeclareAsync("Two press at once");
        var card = await bot.CardAsync(incident);
        var before = bot.Shop.Actions;
        await Task.WhenAll(bot.PressAsync("ana", Confirm(card)), bot.PressAsync("ben", Confirm(card)), bot.PressAsync("ana", Confirm(card)));
        await UntilDoneAsync(incident);
        await bot.IdleAsync();
        bot.Shop.Actions.ShouldBe(before + 1);
        (await OperationsAsync(incident)).ShouldBe(1);
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND kind = 'action.confirmed'", incident)).ShouldBe(1);
    }

    [Fact]
    public async Task The_second_of_two_cards_for_one_target_is_refused_and_names_who_holds_it()
    {
        var first = await bot.DeclareAsync("The first card");
        var second = await bot.DeclareAsync("The second card");
        var held = await bot.CardAsync(first);
        var waiting = await bot.CardAsync(second, "ben");
        var before = bot.Shop.Actions;
        bot.Shop.ActionsTakeLong = true;
        await bot.PressAsync("ana", Confirm(held));
        await Until.TrueAsync(() => bot.Shop.Actions == before + 1, "the first restart is under way");

        await bot.PressAsync("ben", Confirm(waiting));
        var told = await bot.ToldAsync(second.Channel, "ben", "is held by operation");
        told.Shown.ShouldContain($"(restart, confirmed by <@U0ANA00001>, incident {first.Number})");
        bot.Shop.ActionsTakeLong = false;
        await UntilDoneAsync(first);
        bot.Shop.Actions.ShouldBe(before + 1);
        (await OperationsAsync(second)).ShouldBe(0);
    }

    [Fact]
    public async Task A_card_is_outdated_when_somebody_else_deployed_and_says_what_changed()
    {
        var incident = await bot.DeclareAsync("Deployed past the bot");
        var card = await bot.CardAsync(incident);
        var before = bot.Shop.Actions;
        bot.Shop.Deploy("shop-db", "v77");
        await bot.PressAsync("ana", Confirm(card));
        var told = await bot.ToldAsync(incident.Channel, "ana", "the card is not true any more");
        told.Shown.ShouldContain("version=v77");
        var outdated = await bot.SeeAsync(incident.Channel, "the outdated card", m => m.Ts == card.Ts && m.Button("action.refresh") is not null);
        outdated.Button("action.confirm").ShouldBeNull();
        bot.Shop.Actions.ShouldBe(before);

        await bot.PressAsync("ana", outdated.Button("action.refresh")!);
        var fresh = await bot.SeeAsync(incident.Channel, "the card as it is now", m => m.Ts == card.Ts && m.Button("action.confirm") is not null);
        fresh.Shown.ShouldContain("v77");
        await bot.PressAsync("ana", Confirm(fresh));
        await UntilDoneAsync(incident);
        bot.Shop.Actions.ShouldBe(before + 1);
    }

    [Fact]
    public async Task A_press_on_last_weeks_card_is_refused_with_a_sentence_and_does_nothing()
    {
        var incident = await bot.DeclareAsync("Last week");
        var card = await bot.CardAsync(incident);
        var before = bot.Shop.Actions;
        await bot.Control.AdvanceAsync(TimeSpan.FromDays(7), TestContext.Current.CancellationToken);
        // On a screen that was not refreshed the buttons still stand.
        await bot.PressAsync("ana", Confirm(card));
        var told = await bot.ToldAsync(incident.Channel, "ana", "This card is from");
        told.Shown.ShouldContain("Nothing was done");
        await bot.IdleAsync();
        bot.Shop.Actions.ShouldBe(before);
        (await OperationsAsync(incident)).ShouldBe(0);
    }

    [Fact]
    public async Task A_declined_card_cannot_be_confirmed()
    {
        var incident = await bot.DeclareAsync("Declined");
        var card = await bot.CardAsync(incident);
        var before = bot.Shop.Actions;
        await bot.PressAsync("ben", card.Button("action.decline")!);
        await bot.SeeAsync(incident.Channel, "the declined card", m => m.Ts == card.Ts && m.Shown.Contains("declined by <@U0BEN00001>", StringComparison.Ordinal));
        await bot.PressAsync("ana", Confirm(card));
        await bot.ToldAsync(incident.Channel, "ana", "<@U0BEN00001> declined it");
        bot.Shop.Actions.ShouldBe(before);
    }

    private static SeenButton Confirm(SeenMessage card) => card.Button("action.confirm")!;

    private Task<int> OperationsAsync(Declared incident) => bot.ValueAsync<int>("SELECT count(*) FROM operations WHERE incident = @Number", incident);

    private Task UntilDoneAsync(Declared incident) =>
        Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM operations WHERE incident = @Number AND state = 'succeeded'", incident) == 1, "the operation has succeeded");
}
