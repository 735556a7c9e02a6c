using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Incidents;

/// <summary>A go is followed by a watch, also where the incident's own service has no probe.</summary>
public sealed class WatchedByOthersTests(BotWithoutProbesOfTheMailer bot) : IClassFixture<BotWithoutProbesOfTheMailer>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await bot.SettleAsync();
        bot.Shop.Mend();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_service_without_a_probe_is_watched_by_the_probes_of_what_it_needs_and_then_asked_about()
    {
        var incident = await WatchedAsync(await bot.DeclareAsync("Mails are late", "mailer"));
        await AdvanceAsync(TimeSpan.FromMinutes(16));
        await bot.SeeAsync(incident.Channel, "the question", m => m.Shown.Contains("healthy for the whole watch", StringComparison.Ordinal) && m.Shown.Contains("Resolve it?", StringComparison.Ordinal));
        (await bot.ColumnAsync(incident, "watch_until")).ShouldBeNull();

        await bot.CommandAsync("ana", incident.Channel, "resolve it went away");
        await bot.UntilColumnAsync(incident, "status", "resolved");
        await AdvanceAsync(TimeSpan.FromMinutes(31));
        await bot.UntilColumnAsync(incident, "probe_due_at", null);
    }

    [Fact]
    public async Task Trouble_of_what_it_needs_reopens_the_question()
    {
        var incident = await WatchedAsync(await bot.DeclareAsync("Mails are lost", "mailer"));
        bot.Shop.Break();
        await AdvanceAsync(TimeSpan.FromSeconds(31));
        await bot.SeeAsync(incident.Channel, "the trouble", m => m.Shown.Contains("shop-db fails again while it is watched", StringComparison.Ordinal));
        await bot.UntilColumnAsync(incident, "status", "open");
    }

    [Fact]
    public async Task Where_no_service_is_known_every_probe_that_was_verified_watches()
    {
        await bot.CommandAsync("ana", "general", "start \"Something is wrong\" --sev 2 --new");
        var incident = await WatchedAsync(await bot.DeclaredAsync("Something is wrong"));
        bot.Shop.Break();
        await AdvanceAsync(TimeSpan.FromSeconds(31));
        await bot.SeeAsync(incident.Channel, "the trouble", m => m.Shown.Contains("fails again while it is watched", StringComparison.Ordinal));

        bot.Shop.Mend();
        await WatchedAsync(incident);
        await AdvanceAsync(TimeSpan.FromMinutes(16));
        await bot.SeeAsync(incident.Channel, "the question", m => m.Shown.Contains("Resolve it?", StringComparison.Ordinal));
    }

    private async Task<Declared> WatchedAsync(Declared incident)
    {
        await bot.CommandAsync("ana", incident.Channel, "verify");
        await bot.UntilColumnAsync(incident, "status", "watching");
        await bot.IdleAsync();
        return incident;
    }

    private Task AdvanceAsync(TimeSpan by) => bot.Control.AdvanceAsync(by, TestContext.Current.CancellationToken);
}

/// <summary>A bot whose mailer has no probe of its own and needs the database, which has one.</summary>
public sealed class BotWithoutProbesOfTheMailer(TestCluster cluster) : Bot(cluster)
{
    protected override string Yaml() => base.Yaml()
        .Replace($", health: [ {{ name: ready, http: \"{Shop.Url}health/mailer\" }} ]", "", StringComparison.Ordinal)
        .Replace("kind: worker\n", "kind: worker\n    depends_on: [shop-db]\n", StringComparison.Ordinal);
}
