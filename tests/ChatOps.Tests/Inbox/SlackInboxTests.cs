using System.Text;
using ChatOps.Inbox;
using ChatOps.Slack.Dispatch;
using ChatOps.Tests.Support;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ChatOps.Tests.Inbox;

public sealed class SlackInboxTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly InboxQueue queue = new();
    private SlackInbox inbox = null!;

    public async ValueTask InitializeAsync()
    {
        inbox = new SlackInbox(database.Source, queue, TimeProvider.System, NullLogger<SlackInbox>.Instance);
        await inbox.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await inbox.StopAsync(CancellationToken.None);
        inbox.Dispose();
    }

    [Fact]
    public async Task What_is_acknowledged_is_stored_and_handed_over_already_claimed()
    {
        var request = Request();
        (await inbox.AcceptAsync(request, CancellationToken.None)).ShouldBe(SlackAcceptance.Accepted);
        (await StateAsync(request.Key)).ShouldBe("claimed");
        queue.WithTrigger.TryRead(out var row).ShouldBeTrue();
        row!.ToSlackRequest()!.Key.ShouldBe(request.Key);
    }

    [Fact]
    public async Task The_same_act_delivered_three_times_is_accepted_once()
    {
        var request = Request();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => inbox.AcceptAsync(request, CancellationToken.None).AsTask()));
        outcomes.Order().ShouldBe([SlackAcceptance.Accepted, SlackAcceptance.Duplicate, SlackAcceptance.Duplicate]);
        (await inbox.AcceptAsync(request, CancellationToken.None)).ShouldBe(SlackAcceptance.Duplicate);
    }

    [Fact]
    public async Task One_request_that_the_database_refuses_costs_only_itself()
    {
        // A key with a NUL cannot be stored as text.
        var good = Enumerable.Range(0, 20).Select(_ => Request()).ToList();
        var bad = Request() with { Key = "a\0b" };
        var outcomes = await Task.WhenAll(good.Append(bad).Select(r => inbox.AcceptAsync(r, CancellationToken.None).AsTask()));
        outcomes[..^1].ShouldAllBe(o => o == SlackAcceptance.Accepted);
        outcomes[^1].ShouldBe(SlackAcceptance.Unavailable);
    }

    [Fact]
    public async Task A_body_with_any_bytes_is_stored_as_it_came()
    {
        var request = Request() with { Body = new byte[] { 0, 255, 10, 0 } };
        await inbox.AcceptAsync(request, CancellationToken.None);
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        (await connection.ExecuteScalarAsync<byte[]>("SELECT body FROM inbox WHERE key = @Key", new { request.Key })).ShouldBe(request.Body.ToArray());
    }

    [Fact]
    public async Task Without_its_database_it_says_so_and_takes_up_again_when_it_is_back()
    {
        await using var away = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Timeout=1;Username=x");
        var lane = new SlackInbox(away, queue, TimeProvider.System, NullLogger<SlackInbox>.Instance);
        await lane.StartAsync(CancellationToken.None);
        (await lane.AcceptAsync(Request(), CancellationToken.None)).ShouldBe(SlackAcceptance.Unavailable);
        (await lane.AcceptAsync(Request(), CancellationToken.None)).ShouldBe(SlackAcceptance.Unavailable);
        await lane.StopAsync(CancellationToken.None);
        lane.Dispose();
    }

    [Fact]
    public async Task A_connection_that_the_server_ended_does_not_lose_a_request()
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString + ";Application Name=one lane");
        var lane = new SlackInbox(source, queue, TimeProvider.System, NullLogger<SlackInbox>.Instance);
        await lane.StartAsync(CancellationToken.None);
        await lane.AcceptAsync(Request(), CancellationToken.None);
        await using (var owner = new NpgsqlConnection(database.OwnerConnectionString))
            await owner.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'one lane'");
        var request = Request();
        var outcome = await lane.AcceptAsync(request, CancellationToken.None);
        // Told "unavailable" it may be sent again; told "accepted" it is there.
        if (outcome == SlackAcceptance.Accepted) (await StateAsync(request.Key)).ShouldNotBeNull();
        else (await lane.AcceptAsync(request, CancellationToken.None)).ShouldBe(SlackAcceptance.Accepted);
        await lane.StopAsync(CancellationToken.None);
        lane.Dispose();
    }

    [Fact]
    public async Task A_claim_that_ended_passes_to_another_and_the_first_can_write_nothing()
    {
        var request = Request();
        await inbox.AcceptAsync(request, CancellationToken.None);
        queue.WithTrigger.TryRead(out var row).ShouldBeTrue();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.ExecuteAsync("UPDATE inbox SET claimed_until = now() - interval '1 second' WHERE key = @Key", new { request.Key });
        var again = (await new InboxStore(database.Source, TimeProvider.System).ClaimAsync(1000, CancellationToken.None)).Single(r => r.Key == request.Key);
        again.Attempts.ShouldBe(2);

        var slow = new CurrentRequest(database.Transactions());
        slow.Begin(row!.Id, row.Claim);
        await Should.ThrowAsync<RequestTakenOverException>(() => slow.CommitAsync(_ => Task.CompletedTask, CancellationToken.None));

        var second = new CurrentRequest(database.Transactions());
        second.Begin(again.Id, again.Claim);
        await second.CommitAsync(_ => Task.CompletedTask, CancellationToken.None);
        (await StateAsync(request.Key)).ShouldBe("done");
    }

    [Fact]
    public async Task What_a_handler_writes_and_the_end_of_its_request_are_one()
    {
        var request = Request();
        await inbox.AcceptAsync(request, CancellationToken.None);
        queue.WithTrigger.TryRead(out var row).ShouldBeTrue();
        var current = new CurrentRequest(database.Transactions());
        current.Begin(row!.Id, row.Claim);
        await Should.ThrowAsync<InvalidOperationException>(() => current.CommitAsync(_ => throw new InvalidOperationException("in the middle"), CancellationToken.None));
        (await StateAsync(request.Key)).ShouldBe("claimed");
        current.Completed.ShouldBeFalse();
    }

    [Fact]
    public async Task After_its_fifth_failure_a_request_is_dead()
    {
        var request = Request();
        await inbox.AcceptAsync(request, CancellationToken.None);
        queue.WithTrigger.TryRead(out var row).ShouldBeTrue();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.ExecuteAsync("UPDATE inbox SET failures = 4 WHERE key = @Key", new { request.Key });
        (await database.Transactions().RunAsync(requestId: null, tx => InboxStore.FailAsync(tx, row!, "abc", TimeSpan.Zero, CancellationToken.None), CancellationToken.None)).ShouldBeTrue();
        (await StateAsync(request.Key)).ShouldBe("dead");
    }

    [Fact]
    public async Task A_request_whose_instances_died_again_and_again_is_not_given_up_by_its_first_failure()
    {
        var request = Request();
        await inbox.AcceptAsync(request, CancellationToken.None);
        queue.WithTrigger.TryRead(out var row).ShouldBeTrue();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.ExecuteAsync("UPDATE inbox SET attempts = 40 WHERE key = @Key", new { request.Key });
        (await database.Transactions().RunAsync(requestId: null, tx => InboxStore.FailAsync(tx, row!, "abc", TimeSpan.FromSeconds(0.5), CancellationToken.None), CancellationToken.None)).ShouldBeFalse();
        (await StateAsync(request.Key)).ShouldBe("waiting");
        // And it is tried again soon, not in years.
        (await connection.ExecuteScalarAsync<bool>("SELECT claimed_until < now() + interval '1 second' FROM inbox WHERE key = @Key", new { request.Key })).ShouldBeTrue();
    }

    private async Task<string?> StateAsync(string key)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        return await connection.ExecuteScalarAsync<string?>("SELECT state FROM inbox WHERE key = @key", new { key });
    }

    private static SlackRequest Request() => new()
    {
        Kind = SlackRequestKind.SlashCommand,
        Format = SlackBodyFormat.Form,
        Key = Guid.NewGuid().ToString("N"),
        Body = Encoding.UTF8.GetBytes("command=%2Fincident&text=list&user_id=U0ANA&channel_id=C0GENERAL"),
        ReceivedAt = TimeProvider.System.GetUtcNow(),
    };
}
