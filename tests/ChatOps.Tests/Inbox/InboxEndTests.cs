using System.Text.Json;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Outbox;
using ChatOps.Slack;
using ChatOps.Tests.Support;
using Dapper;
using Npgsql;

namespace ChatOps.Tests.Inbox;

/// <summary>What becomes of requests when an instance ends in good order, as at each deploy of the bot.</summary>
public sealed class InboxEndTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task What_a_stop_breaks_off_and_what_still_waits_is_free_for_another_instance_at_once()
    {
        var hangs = new Hangs();
        using var instance = await StartAsync(hangs);
        await LeaveAsync(instance, "hangs", count: 20);
        await Until.TrueAsync(() => Task.FromResult(hangs.Begun >= 8), "some are being handled");
        await instance.StopAsync(TestContext.Current.CancellationToken);
        hangs.Begun.ShouldBeLessThan(20, customMessage: "some waited still");
        (await StatesAsync("hangs")).ShouldBe("20 waiting unclaimed");
    }

    [Fact]
    public async Task What_was_handled_when_a_stop_came_is_handled_by_nobody_else()
    {
        var quick = new Quick();
        using var instance = await StartAsync(quick);
        await LeaveAsync(instance, "quick", count: 50);
        await Until.TrueAsync(() => Task.FromResult(quick.Ended == 50), "all were handled");
        await instance.StopAsync(TestContext.Current.CancellationToken);
        (await StatesAsync("quick")).ShouldBe("50 done unclaimed");
    }

    private async Task<IHost> StartAsync(IInternalRequestHandler handler)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(handler);
        builder.Services
            .AddDatabase(DatabaseLocation.From(database.ConnectionString, database.OwnerConnectionString, stateFolder: "."))
            .AddSlack(new SlackOptions { Transport = SlackTransport.Http, SigningSecret = "practice", BotToken = "xoxb-practice" })
            .AddInbox()
            .AddOutbox();
        // What talks to Slack has no part in this.
        foreach (var other in builder.Services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Namespace == "ChatOps.Outbox").ToList()) builder.Services.Remove(other);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.Services.GetRequiredService<DatabaseStart>().Ready;
        return host;
    }

    private async Task LeaveAsync(IHost instance, string kind, int count)
    {
        var requests = instance.Services.GetRequiredService<InternalRequests>();
        await database.Transactions().RunAsync(requestId: null, async tx =>
        {
            for (var i = 0; i < count; i++) await requests.AddAsync(tx, kind, $"{kind} {i}", new { }, CancellationToken.None);
        }, TestContext.Current.CancellationToken);
    }

    private async Task<string> StatesAsync(string kind)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        return string.Join(", ", await connection.QueryAsync<string>(
            """
            SELECT count(*) || ' ' || state || CASE WHEN state <> 'done' AND claimed_by IS NOT NULL THEN ' claimed' ELSE ' unclaimed' END
            FROM inbox WHERE kind = @kind GROUP BY state, state <> 'done' AND claimed_by IS NOT NULL ORDER BY 1
            """, new { kind }));
    }

    private sealed class Hangs : IInternalRequestHandler
    {
        private int begun;

        public string Kind => "hangs";

        public int Begun => Volatile.Read(ref begun);

        public async Task HandleAsync(JsonElement body, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref begun);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    private sealed class Quick : IInternalRequestHandler
    {
        private int ended;

        public string Kind => "quick";

        public int Ended => Volatile.Read(ref ended);

        public Task HandleAsync(JsonElement body, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref ended);
            return Task.CompletedTask;
        }
    }
}
