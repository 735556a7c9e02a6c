using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Outbox;
using ChatOps.Permissions;
using ChatOps.PostMortems;
using ChatOps.Runbooks;
using ChatOps.Slack;
using ChatOps.Slack.Interaction;
using ChatOps.Slack.WebApi;
using ChatOps.Tests.Support;
using ChatOps.Timeline;
using Dapper;

namespace ChatOps.Tests.PostMortems;

/// <summary>The handlers of post-mortems on a real database; Slack cannot be reached, which costs the names in the file and nothing else.</summary>
internal sealed class PostMortemRig(TestDatabase database)
{
    private readonly Transactions transactions = database.Transactions();
    private readonly SlackDirectory directory = new(
        new SlackApiClient(new SlackOptions { BotToken = "xoxb-test", AppToken = "xapp-test", ApiBaseUrl = new Uri("http://127.0.0.1:1/api/") }, TimeProvider.System), TimeProvider.System);

    public PostMortemStore Store { get; } = new(database.Source);

    public TimelineStore Timeline { get; } = new(database.Source);

    private global::ChatOps.Outbox.Outbox Outbox { get; } = new(database.Transactions(), new OutboxSignal());

    private ReadFacts Facts { get; } = new(database.Source, Tests.Diagnosis.Facts.World, new RunbookShelf(Tests.Diagnosis.Facts.Books));

    private PublishPostMortem Publish => new(Facts, Timeline, Outbox);

    private PeopleNames Names => new(directory);

    private static ChatOpsConfig Config => new()
    {
        File = "chatops.yaml", Catalog = Tests.Diagnosis.Facts.World, Slack = new SlackConfig(), Permissions = new PermissionRules([]), Incident = new IncidentConfig(),
        RunbooksFolder = "/", StateFolder = "/", ListenUrl = new Uri("http://127.0.0.1:1"),
    };

    public async Task<int> AddIncidentAsync(string status = "resolved")
    {
        await using var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        return await connection.QuerySingleAsync<int>(
            """
            INSERT INTO incidents (short_id, title, severity, status, service, environment, declared_by, declared_at, declared_in, lead, onset_at, onset_source, resolved_at, resolved_by, cause, request_id)
            VALUES (@shortId, 'Nobody can log in', 1, @status, 'shop', 'production', 'U0ANA001', @at, 'C0GENERAL', 'U0ANA001', @onset, 'first failed probe (probe login)', @resolved, 'U0ANA001', 'shop-db is gone', @request)
            RETURNING number
            """,
            new { shortId = Guid.NewGuid().ToString("N")[..8], status, at = Outage.At(2, 0), onset = Outage.At(0, 7), resolved = Outage.At(12, 0), request = Random.Shared.NextInt64(1, long.MaxValue) });
    }

    public Task WriteAsync(int incident, string by = TimelineEntry.Bot) => RunAsync(async (request, ct) =>
    {
        var found = await new IncidentStore(database.Source).FindAsync(incident, ct);
        await new PostMortemVerb(request, Publish, Facts, Names, Outbox).HandleAsync(
            new IncidentCall { Verb = PostMortemVerb.Word, Arguments = "", UserId = by, ChannelId = "C0GENERAL", Incident = found }, ct);
    });

    public Task EditAsync(int incident, int version, string by, params (string Name, string Text)[] typed) => RunAsync((request, ct) =>
        new EditFormHandler(request, Store, Publish, Facts, Names, Outbox).Handle(new ViewSubmission
        {
            User = new InteractionUser { Id = by },
            View = new View { PrivateMetadata = $"{incident}|{version}|C0GENERAL", State = new ViewState { Values = typed.ToDictionary(t => $"text:{t.Name}:0", t => (IReadOnlyDictionary<string, ElementValue>)Field("text", t.Text)) } },
        }, ct));

    public Task ConfirmAsync(int incident, long confirmedBefore, string by, string cause) => RunAsync((request, ct) =>
        new CauseFormHandler(request, Publish, Facts, Names, Timeline, new IncidentDrawing(Outbox, Config), Outbox).Handle(new ViewSubmission
        {
            User = new InteractionUser { Id = by },
            View = new View { PrivateMetadata = $"{incident}|{confirmedBefore}|C0GENERAL", State = new ViewState { Values = new Dictionary<string, IReadOnlyDictionary<string, ElementValue>> { ["text"] = Field("text", cause) } } },
        }, ct));

    public Task ReviewAsync(int incident, int version, string by) => RunAsync((request, ct) =>
        new ReviewHandler(request, Publish, Facts, Names, Outbox).Handle(
            new ButtonAction { Value = $"{incident}|{version}" }, new BlockActionRequest { User = new InteractionUser { Id = by }, Channel = new InteractionChannel { Id = "C0GENERAL" } }, ct));

    public async Task<IReadOnlyList<string>> SentAsync(string kind, string destination)
    {
        await using var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        return (await connection.QueryAsync<string>("SELECT content::text FROM outbox WHERE kind = @kind AND destination = @destination ORDER BY id", new { kind, destination })).AsList();
    }

    public async Task<IReadOnlyList<(int Version, string State, string MadeBy)>> VersionsAsync(int incident)
    {
        await using var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        return (await connection.QueryAsync<(int, string, string)>("SELECT version, state, made_by FROM post_mortems WHERE incident = @incident ORDER BY version", new { incident })).AsList();
    }

    public Task NoteAsync(int incident, string text) => transactions.RunAsync(null, tx => Timeline.AppendAsync(
        tx, new TimelineEntry { Incident = incident, Kind = TimelineKinds.Note, At = tx.Now, Actor = Outage.Ben, Text = text }, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

    private static Dictionary<string, ElementValue> Field(string id, string text) => new Dictionary<string, ElementValue> { [id] = new() { Type = "plain_text_input", Value = text.Length == 0 ? null : text } };

    /// <summary>As the worker does: a claimed row, then the handler.</summary>
    private async Task RunAsync(Func<CurrentRequest, CancellationToken, Task> work)
    {
        var ct = TestContext.Current.CancellationToken;
        var owner = Guid.NewGuid();
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        var id = await connection.QuerySingleAsync<long>(
            "INSERT INTO inbox (source, key, kind, state, claimed_by, claimed_until, received_at) VALUES ('slack', @key, 'test', 'claimed', @owner, now() + interval '1 minute', now()) RETURNING id",
            new { key = Guid.NewGuid().ToString(), owner });
        var request = new CurrentRequest(transactions);
        request.Begin(id, owner);
        await work(request, ct);
    }
}
