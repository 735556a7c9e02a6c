using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Incidents;

/// <summary>Tests of the rest of an incident that share one bot and run one after the other; where they wait most, a class has a bot of its own.</summary>
[CollectionDefinition(nameof(Colleagues))]
public sealed class Colleagues : ICollectionFixture<Bot>
{
    public const string Ana = "U0ANA00001";
    public const string Ben = "U0BEN00001";
    public const string Carla = "U0CARLA001";
    public const string Dmitri = "U0DMITRI01";
}

/// <summary>What people do beyond typing and pressing a button.</summary>
internal static class BotActions
{
    /// <summary>Chooses from a menu of a message, by the beginning of its action id.</summary>
    public static Task ChooseAsync(this Bot bot, string user, SeenMessage message, string actionId, string value) =>
        bot.PressAsync(user, new SeenButton(message.Channel, message.Ts, BlockId: null, actionId, value, Label: "", Style: null));

    /// <summary>The modal that is open for that person, or opens.</summary>
    public static async Task<string> FormAsync(this Bot bot, string user)
    {
        string? view = null;
        await Until.TrueAsync(async () => (view = (await bot.Control.ViewsAsync(user, TestContext.Current.CancellationToken)).Select(v => v.GetProperty("id").GetString()).LastOrDefault()) is not null, $"a form is open for {user}");
        return view!;
    }

    /// <summary>Fills the open form and submits it.</summary>
    public static async Task SubmitAsync(this Bot bot, string user, object values) =>
        await bot.Control.SubmitAsync(user, await bot.FormAsync(user), values, TestContext.Current.CancellationToken);

    /// <summary>The pinned message as it is now.</summary>
    public static Task<SeenMessage> SummaryAsync(this Bot bot, Declared incident, string shown) =>
        bot.SeeAsync(incident.Channel, $"the summary with \"{shown}\"", m => m.VisibleTo is null && m.Shown.Contains("*Roles*", StringComparison.Ordinal) && m.Shown.Contains(shown, StringComparison.Ordinal));

    /// <summary>The channel's topic, once it says that; topics are set at the pace that Slack allows for them.</summary>
    public static async Task<string> TopicAsync(this Bot bot, Declared incident, string part)
    {
        var topic = "";
        await Until.TrueAsync(async () => (topic = (await bot.ChannelOfAsync(incident)).GetProperty("topic").GetString()!).Contains(part, StringComparison.Ordinal), $"the topic says {part}", TimeSpan.FromSeconds(100));
        return topic;
    }

    public static async Task<System.Text.Json.JsonElement> ChannelOfAsync(this Bot bot, Declared incident) =>
        (await bot.Control.ChannelsAsync(TestContext.Current.CancellationToken)).First(c => c.GetProperty("id").GetString() == incident.Channel);

    public static async Task<bool> IsMemberAsync(this Bot bot, Declared incident, string userId) =>
        (await bot.ChannelOfAsync(incident)).GetProperty("members").EnumerateArray().Any(m => m.GetString() == userId);

    public static Task<string?> ColumnAsync(this Bot bot, Declared incident, string column) => bot.ValueAsync<string>($"SELECT {column}::text FROM incidents WHERE number = @Number", incident);

    public static Task UntilColumnAsync(this Bot bot, Declared incident, string column, string? value) =>
        Until.TrueAsync(async () => await bot.ColumnAsync(incident, column) == value, $"incident {incident.Number} has {column} = {value ?? "nothing"}");

    /// <summary>No message of the incident was refused by Slack or sent as plain text instead.</summary>
    public static async Task NothingWasRefusedAsync(this Bot bot, params string[] destinations)
    {
        await bot.IdleAsync();
        foreach (var destination in destinations)
            (await bot.RowAsync<string>("SELECT kind || ': ' || coalesce(error, '') FROM outbox WHERE destination = @destination AND (state = 'dead' OR error IS NOT NULL) LIMIT 1", new { destination })).ShouldBeNull();
        (await bot.RowAsync<string>("SELECT kind || ': ' || coalesce(error, '') FROM outbox WHERE destination LIKE 'response:%' AND (state = 'dead' OR error IS NOT NULL) LIMIT 1")).ShouldBeNull();
    }
}
