using ChatOps.Alerts;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Tests.Support;
using Dapper;

namespace ChatOps.Tests.Alerts;

/// <summary>What is known of a silence when the bot died between asking for it and hearing the answer: what Alertmanager holds, and nothing is asked for again.</summary>
public sealed class SilenceRecoveryTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly DateTimeOffset Ends = new(2026, 11, 25, 4, 0, 0, TimeSpan.Zero);

    private readonly WebApplication alertmanager = Build();
    private readonly AlertmanagerClient client = new();
    private readonly List<object> held = [];
    private int status = 200;
    private int posts;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        alertmanager.MapGet("/api/v2/silences", () => status == 200 ? Results.Json(held) : Results.StatusCode(status));
        alertmanager.MapPost("/api/v2/silences", () =>
        {
            Interlocked.Increment(ref posts);
            return Results.Json(new { silenceID = "another" });
        });
        await alertmanager.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await alertmanager.DisposeAsync();
    }

    [Fact]
    public async Task A_silence_that_carries_the_operation_was_made_and_is_kept_once()
    {
        var operation = await InterruptedAsync();
        Holds("other", "active", "By ben through ChatOps, operation " + Guid.NewGuid());
        Holds("ours", "active", $"Incident 7. By ana through ChatOps, operation {operation.Id}");
        for (var time = 0; time < 2; time++)
        {
            var outcome = await Action().RecoverAsync(operation, Cancelled);
            outcome.Result.ShouldBe(OperationResult.Succeeded);
            outcome.Sentence.ShouldBe("alertmanager says nothing of ErrorsHigh until 2026-11-25 04:00 UTC. It still fires; what is broken stays broken.");
        }
        (await KeptAsync(operation)).ShouldBe([("ours", "ErrorsHigh", "U0ANA00001", Ends)]);
        posts.ShouldBe(0);
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("expired")]
    public async Task One_that_has_not_begun_or_is_over_by_now_was_made_all_the_same(string state)
    {
        var operation = await InterruptedAsync();
        Holds("ours", state, $"By ana through ChatOps, operation {operation.Id}");
        var outcome = await Action().RecoverAsync(operation, Cancelled);
        outcome.Result.ShouldBe(OperationResult.Succeeded);
        if (state == "expired") outcome.Sentence.ShouldBe("alertmanager said nothing of ErrorsHigh until 2026-11-25 04:00 UTC. That silence is over.");
        (await KeptAsync(operation)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Where_none_carries_the_operation_nothing_was_done_and_that_is_said()
    {
        var operation = await InterruptedAsync();
        Holds("other", "active", "the same alert, by hand");
        var outcome = await Action().RecoverAsync(operation, Cancelled);
        outcome.Result.ShouldBe(OperationResult.NotDone);
        outcome.Sentence.ShouldContain("ErrorsHigh was not silenced");
        (await KeptAsync(operation)).ShouldBeEmpty();
        posts.ShouldBe(0, "it is not asked for again");
    }

    [Fact]
    public async Task Where_alertmanager_does_not_tell_nothing_is_claimed()
    {
        var operation = await InterruptedAsync();
        status = 503;
        await Should.ThrowAsync<PlatformException>(() => Action().RecoverAsync(operation, Cancelled));
        await Should.ThrowAsync<PlatformException>(() => Action(configured: false).RecoverAsync(operation, Cancelled));
        (await KeptAsync(operation)).ShouldBeEmpty();
    }

    private void Holds(string id, string state, string comment) =>
        held.Add(new { id, status = new { state }, comment, endsAt = Ends.ToString("o"), matchers = new[] { new { name = "alertname", value = "ErrorsHigh", isRegex = false } } });

    private SilenceAction Action(bool configured = true)
    {
        var source = new AlertSource { Name = "alertmanager", Type = AlertSourceType.Alertmanager, Url = new Uri(alertmanager.Urls.Single()) };
        var config = new AlertConfig { Sources = configured ? new Dictionary<string, AlertSource>(StringComparer.Ordinal) { [source.Name] = source } : [] };
        // What draws is not asked here: it is learned what happened.
        return new(config, client, directory: null!, join: null!, suggest: null!, database.Transactions(), outbox: null!, TimeProvider.System);
    }

    /// <summary>An operation whose owner asked for the silence and died.</summary>
    private async Task<Operation> InterruptedAsync()
    {
        var plan = new SilencePlan
        {
            Source = "alertmanager", Name = "ErrorsHigh", Matchers = [new("alertname", "ErrorsHigh")], Minutes = 60, Firing = 1, Service = "mailer", Environment = "production", WhoMay = "@oncall",
        };
        var now = TimeProvider.System.GetUtcNow();
        var operation = new Operation
        {
            Id = Guid.NewGuid(), ActionId = Guid.NewGuid(), Kind = "silence", Target = new Target("alerts/" + Guid.NewGuid().ToString("N")[..8], "production"), Arguments = plan.ToArguments(), State = OperationState.Running,
            ConfirmedBy = "U0ANA00001", RequestedAt = now, CalledAt = now, Destination = "#incidents",
        };
        await using var connection = await database.Source.OpenConnectionAsync(Cancelled);
        await connection.ExecuteAsync(
            """
            INSERT INTO pending_actions (id, kind, target, arguments, fingerprint, requested_by, requested_at, expires_at, destination, request_id, state)
            VALUES (@ActionId, 'silence', @target, @arguments::jsonb, '', 'U0ANA00001', @now, @now, '#incidents', @request, 'confirmed');
            INSERT INTO operations (id, action_id, kind, target, arguments, state, confirmed_by, requested_at, called_at, destination)
            VALUES (@Id, @ActionId, 'silence', @target, @arguments::jsonb, 'running', 'U0ANA00001', @now, @now, '#incidents')
            """,
            new { operation.Id, operation.ActionId, target = operation.Target.ToString(), arguments = operation.Arguments.GetRawText(), now, request = Random.Shared.NextInt64(1_000_000_000) });
        return operation;
    }

    private async Task<IReadOnlyList<(string Silence, string Name, string By, DateTimeOffset Ends)>> KeptAsync(Operation operation)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancelled);
        return (await connection.QueryAsync<(string, string, string, DateTimeOffset)>("SELECT silence_id, name, by_whom, ends_at FROM alert_silences WHERE operation = @Id", new { operation.Id })).AsList();
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }
}
