using ChatOps.Database;
using ChatOps.Observability;
using ChatOps.Outbox;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.WebApi;
using ChatOps.Tests.Support;
using Dapper;
using Npgsql;

namespace ChatOps.Tests.Outbox;

/// <summary>An outbox on a real database, a stub of Slack, and as many senders as a test wants.</summary>
internal sealed class OutboxRig : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly OutboxSignal signal = new();
    private readonly List<Instance> instances = [];

    private OutboxRig(TestDatabase database, StubSlack slack)
    {
        this.database = database;
        Slack = slack;
        Outbox = new ChatOps.Outbox.Outbox(database.Transactions(), signal);
        Destinations = new DestinationStore(database.Source);
    }

    public StubSlack Slack { get; }
    public OutboxSignal Signal => signal;
    public ChatOps.Outbox.Outbox Outbox { get; }
    public DestinationStore Destinations { get; }

    public OutboxOptions Options { get; init; } = new()
    {
        Lease = TimeSpan.FromSeconds(3),
        Deadline = TimeSpan.FromSeconds(1),
        Settle = TimeSpan.FromSeconds(0.1),
        Poll = TimeSpan.FromSeconds(0.1),
        FirstRetry = TimeSpan.FromSeconds(0.02),
        LongestRetry = TimeSpan.FromSeconds(0.2),
    };

    public static async Task<OutboxRig> StartAsync(TestDatabase database, OutboxOptions? options = null)
    {
        var slack = await StubSlack.StartAsync();
        return options is null ? new OutboxRig(database, slack) : new OutboxRig(database, slack) { Options = options };
    }

    public Task TxAsync(Func<Tx, Task> work) => database.Transactions().RunAsync(requestId: null, work, TestContext.Current.CancellationToken);

    public Task ShowAsync(string key, string destination, string text, string? threadOf = null) =>
        Outbox.ShowNowAsync(key, destination, new Message { Text = text }, TestContext.Current.CancellationToken, threadOf);

    /// <param name="ownSignal">A sender of another process: it hears nothing of this one's commits.</param>
    /// <param name="connecting">Called for each of its statements, on a connection of its own.</param>
    public async Task<Instance> SenderAsync(bool ownSignal = false, Action? connecting = null)
    {
        var builder = new NpgsqlDataSourceBuilder(database.ConnectionString);
        if (connecting is not null)
        {
            builder.ConnectionStringBuilder.Pooling = false;
            builder.UsePhysicalConnectionInitializer(_ => connecting(), _ =>
            {
                connecting();
                return Task.CompletedTask;
            });
        }
        var source = builder.Build();
        var handler = new SocketsHttpHandler();
        var client = new SlackApiClient(new SlackOptions { BotToken = "xoxb-test", ApiBaseUrl = Slack.Address, CallDeadline = Options.Deadline }, TimeProvider.System, handler);
        var queue = new OutboxQueue(source, TimeProvider.System, Options);
        var channels = new SlackChannels(client, queue, Options);
        var messages = new SlackMessages(client, channels, queue, TimeProvider.System);
        var parts = new SenderParts(queue, new RowDelivery(client, messages, channels, new ChannelMentions(source, TimeProvider.System), queue, Options, new SlackStanding(TimeProvider.System, new TestLog<SlackStanding>())), new MethodLimits(TimeProvider.System), new OutboxMetrics(), Options, new SenderLog(new TestLog<ChannelSender>()));
        var instance = new Instance(new ChannelSender(ownSignal ? new OutboxSignal() : signal, parts), source, handler, client, parts.Metrics);
        instances.Add(instance);
        await instance.Sender.StartAsync(CancellationToken.None);
        return instance;
    }

    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public Task<int> ExecuteAsync(string sql, object? parameters = null) => ScalarAsync<int>(sql + "; SELECT 0", parameters);

    /// <summary>Waits until nothing is left to send.</summary>
    public Task EmptyAsync() => Until.TrueAsync(
        async () => await ScalarAsync<long>("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')") == 0, "the outbox is empty");

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in instances) await instance.DisposeAsync();
        await Slack.DisposeAsync();
        // Classes share their database among their tests.
        await ExecuteAsync("DELETE FROM outbox; DELETE FROM outbox_messages; DELETE FROM outbox_destinations");
        Slack.Unexpected.ShouldBeEmpty();
    }
}

/// <summary>One instance of the bot, as far as it sends.</summary>
internal sealed record Instance(ChannelSender Sender, NpgsqlDataSource Source, SocketsHttpHandler Handler, SlackApiClient Client, OutboxMetrics Metrics) : IAsyncDisposable
{
    private bool ended;

    /// <summary>As <c>kill -9</c>: what is under way is cut off, and nothing is written any more.</summary>
    public async Task KillAsync()
    {
        ended = true;
        await Source.DisposeAsync();
        Handler.Dispose();
        await Sender.StopAsync(new CancellationToken(canceled: true));
    }

    public async ValueTask DisposeAsync()
    {
        if (!ended) await Sender.StopAsync(CancellationToken.None);
        Sender.Dispose();
        Client.Dispose();
        Handler.Dispose();
        Metrics.Dispose();
        await Source.DisposeAsync();
    }
}
