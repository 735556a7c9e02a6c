using ChatOps.Tests.Support;
using Npgsql;

namespace ChatOps.Tests.Scenarios;

/// <summary>The bot's own PostgreSQL is stopped in the middle of an incident: looking goes on, nothing is changed, and what was seen is recorded when it is back.</summary>
public sealed class StorageAwayTests : IAsyncLifetime
{
    private readonly TestCluster cluster = new();
    private readonly Bot bot;

    public StorageAwayTests() => bot = new Bot(cluster);

    public ValueTask InitializeAsync() => bot.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await bot.DisposeAsync();
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Without_its_database_the_bot_looks_changes_nothing_and_records_what_it_saw_when_it_is_back()
    {
        Assert.SkipUnless(cluster.IsPrivate, "CHATOPS_TEST_DATABASE names a server that is not this test's to stop.");
        var incident = await bot.DeclareAsync("Away in the middle");
        var card = await bot.CardAsync(incident);

        await cluster.StopServerAsync();
        foreach (var step in (string[])["assess", "logs", "resources"])
        {
            await bot.CommandAsync("ana", incident.Channel, step);
            await bot.SeeAsync(incident.Channel, $"the unrecorded {step}", m => m.Shown.Contains("NOT RECORDED", StringComparison.Ordinal) && m.Shown.Contains(step, StringComparison.OrdinalIgnoreCase));
        }
        (await bot.SeeAsync(incident.Channel, "the cause", m => m.Shown.Contains("NOT RECORDED", StringComparison.Ordinal) && m.Shown.Contains("shop-db", StringComparison.Ordinal))).ShouldNotBeNull();
        await bot.CommandAsync("ana", incident.Channel, "fix restart shop-db");
        await bot.ToldAsync(incident.Channel, "ana", "curl");
        await bot.PressAsync("ana", card.Button("action.confirm")!);
        await bot.CommandAsync("ana", incident.Channel, "resolve it went away");
        bot.Shop.Calls.ShouldBe(0);

        await cluster.StartServerAsync();
        await Until.TrueAsync(async () => await ImportedAsync(incident.Number) == 3, "the three looks are in the record");
        await bot.CommandAsync("ana", incident.Channel, "note it is back");
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE kind = 'note' AND text = 'it is back'") == 1, "what is written now is recorded");
        await bot.IdleAsync();
        (await ImportedAsync(incident.Number)).ShouldBe(3);
        (await bot.ValueAsync<int>("SELECT count(*) FROM operations")).ShouldBe(0);
        (await bot.ValueAsync<string>("SELECT status FROM incidents WHERE number = @Number", incident)).ShouldBe("open");
        bot.Shop.Calls.ShouldBe(0);
    }

    private async Task<int> ImportedAsync(int incident)
    {
        try
        {
            return await bot.ValueAsync<int>("SELECT count(*) FROM unrecorded_imports WHERE incident = @incident", new { incident });
        }
        catch (NpgsqlException)
        {
            // This test's own connections ended with the server; the next look opens a new one.
            return -1;
        }
    }
}
