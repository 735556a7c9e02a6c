using ChatOps.Database;
using ChatOps.Tests.Support;
using ChatOps.Timeline;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ChatOps.Tests.Database;

public sealed class RecordTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("UPDATE chatops.timeline SET text = 'nothing happened'")]
    [InlineData("DELETE FROM chatops.timeline")]
    [InlineData("TRUNCATE chatops.timeline")]
    [InlineData("UPDATE chatops.timeline SET text = 'x', redacted = true")]
    [InlineData("DELETE FROM chatops.timeline_redactions")]
    [InlineData("TRUNCATE chatops.timeline_redactions")]
    public async Task Nobody_changes_what_happened_not_even_the_owner_of_the_table(string sql)
    {
        var entry = await WriteAsync("U0ANA pressed restart");
        await using (var redacting = new NpgsqlConnection(database.ConnectionString))
            await redacting.ExecuteAsync("SELECT redact(@other, 'U0EVE', 'a secret')", new { other = await WriteAsync("something else") });
        foreach (var connectionString in (string[])[database.OwnerConnectionString, database.ConnectionString])
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await Should.ThrowAsync<PostgresException>(() => connection.ExecuteAsync(sql));
        }
        (await TextAsync(entry)).ShouldBe("U0ANA pressed restart");
    }

    [Fact]
    public async Task A_secret_that_slipped_through_is_removed_and_leaves_its_tombstone()
    {
        var entry = await WriteAsync("the thing they typed");
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.ExecuteAsync("SELECT redact(@entry, 'U0EVE', 'a customer''s name')", new { entry });
        (await TextAsync(entry)).ShouldBe("[removed: a customer's name]");
        (await connection.QuerySingleAsync<(string ByWhom, string Reason)>("SELECT by_whom, reason FROM timeline_redactions WHERE timeline_id = @entry", new { entry }))
            .ShouldBe(("U0EVE", "a customer's name"));
    }

    [Fact]
    public async Task The_store_redacts_before_it_writes()
    {
        var entry = await WriteAsync("connect to postgres://shop:hunter2@db/shop");
        (await TextAsync(entry))!.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task The_same_request_writes_an_entry_once()
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        var request = await connection.ExecuteScalarAsync<long>("INSERT INTO inbox (source, key, kind, received_at) VALUES ('slack', gen_random_uuid()::text, 'x', now()) RETURNING id");
        var store = new TimelineStore(database.Source);
        for (var i = 0; i < 2; i++)
            await database.Transactions().RunAsync(request, tx => store.AppendAsync(tx, Entry("once"), None), None);
        (await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM timeline WHERE request_id = @request", new { request })).ShouldBe(1);
    }

    [Fact]
    public async Task A_migration_that_changed_after_it_ran_stops_the_start()
    {
        await using (var owner = new NpgsqlConnection(database.OwnerConnectionString))
            await owner.ExecuteAsync("UPDATE chatops.migrations SET checksum = 'other' WHERE name = '0001_core.sql'");
        var mistake = await Should.ThrowAsync<MigrationException>(() => new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(database.OwnerConnectionString, botRole: null, None));
        mistake.Message.ShouldContain("0001_core.sql");
    }

    [Theory]
    [InlineData("postgres://ana:p%40ss@db.example:6432/chat?sslmode=require", "Host=db.example;Port=6432;Database=chat;Username=ana;Password=p@ss;SSL Mode=Require")]
    [InlineData("postgresql://db/chat", "Host=db;Port=5432;Database=chat")]
    [InlineData("Host=db;Database=chat", "Host=db;Database=chat")]
    public void A_database_url_is_read_in_either_form(string url, string read) =>
        new NpgsqlConnectionStringBuilder(DatabaseLocation.Normalise(url)).EquivalentTo(new NpgsqlConnectionStringBuilder(read)).ShouldBeTrue();

    private async Task<long> WriteAsync(string text)
    {
        var store = new TimelineStore(database.Source);
        return await database.Transactions().RunAsync(requestId: null, async tx =>
        {
            await store.AppendAsync(tx, Entry(text), None);
            return await tx.Connection.ExecuteScalarAsync<long>("SELECT max(id) FROM timeline", transaction: tx.Transaction);
        }, None);
    }

    private async Task<string?> TextAsync(long entry)
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        return await connection.ExecuteScalarAsync<string>("SELECT text FROM chatops.timeline WHERE id = @entry", new { entry });
    }

    private static TimelineEntry Entry(string text) => new() { Kind = TimelineKinds.Note, At = TimeProvider.System.GetUtcNow(), Actor = "U0ANA", Text = text };
}
