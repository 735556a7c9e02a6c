using ChatOps.Database;
using ChatOps.Tests.Support;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ChatOps.Tests.Database;

public sealed class OneRoleTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_database_with_one_role_for_everything_has_a_place_for_the_schedule_too()
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.ExecuteAsync("DROP SCHEMA IF EXISTS quartz CASCADE");

        await new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(database.OwnerConnectionString, botRole: null, TestContext.Current.CancellationToken);

        (await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'quartz')")).ShouldBeTrue();
    }
}
