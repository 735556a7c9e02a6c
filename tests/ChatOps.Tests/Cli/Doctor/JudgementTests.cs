using ChatOps.Catalog;
using ChatOps.Cli.Doctor;
using ChatOps.Outbox;

namespace ChatOps.Tests.Cli.Doctor;

public sealed class JudgementTests
{
    [Theory]
    [InlineData(59, "ok    clock: within a minute of Slack's.")]
    [InlineData(-59, "ok    clock: within a minute of Slack's.")]
    [InlineData(90, "FAIL  clock: 90 s ahead of Slack's.")]
    [InlineData(-600, "FAIL  clock: 10 min behind Slack's.")]
    public void A_clock_may_be_off_by_a_minute(int seconds, string line) =>
        SlackClock.Judge(TimeSpan.FromSeconds(seconds)).ToString().ShouldStartWith(line);

    [Theory]
    [InlineData("postgres://bot@db.internal:5432/chatops", "warn  place of the database: on the database server of the service shop-db.")]
    [InlineData("Host=DB.internal;Database=chatops", "warn  place of the database: on the database server of the service shop-db.")]
    [InlineData("postgres://bot@db.internal:6432/chatops", "warn  place of the database: on the machine of the service shop-db.")]
    [InlineData("postgres://bot@cache.internal/chatops", "warn  place of the database: on the machine of the service cache.")]
    [InlineData("postgres://bot@own.internal/chatops", "ok    place of the database")]
    public void A_database_that_goes_down_with_a_service_is_a_warning(string url, string line) =>
        SharedServer.Look(url, Catalog()).ToString().ShouldStartWith(line);

    [Fact]
    public void This_machine_is_one_machine_under_all_of_its_names() =>
        SharedServer.Look("postgres://bot@127.0.0.1/chatops", Catalog("localhost")).Verdict.ShouldBe(Verdict.Warn);

    [Fact]
    public void A_schema_is_this_version_s_older_newer_or_another()
    {
        (string, string)[] files = [("0001.sql", "a"), ("0002.sql", "b")];
        Judge(("0001.sql", "a"), ("0002.sql", "b")).ShouldBe("ok    schema: this version's, 2 migrations.");
        Judge(("0001.sql", "a")).ShouldStartWith("warn  schema: 1 of 2 migrations are still to come.");
        Judge(("0001.sql", "a"), ("0002.sql", "b"), ("0003.sql", "c")).ShouldStartWith("warn  schema: a newer version ran here (0003.sql).");
        Judge(("0001.sql", "x"), ("0002.sql", "b")).ShouldStartWith("FAIL  schema: 0001.sql ran here in another form");

        string Judge(params (string Name, string Checksum)[] applied) =>
            DatabaseSchema.Judge(files, applied.ToDictionary(a => a.Name, a => a.Checksum, StringComparer.Ordinal)).ToString();
    }

    [Fact]
    public void Messages_that_wait_for_over_a_minute_are_a_warning()
    {
        Leftovers.Judge(new OutboxState { Waiting = 3, Oldest = TimeSpan.FromSeconds(61) }).ToString().ShouldStartWith("warn  messages: 3 waiting, the oldest for 61 s.");
        Leftovers.Judge(new OutboxState { Waiting = 3, Oldest = TimeSpan.FromSeconds(2) }).ToString().ShouldBe("ok    messages: 3 on their way.");
        Leftovers.Judge(new OutboxState { Dead = 2, LastError = "is_archived" }).ToString().ShouldStartWith("warn  messages: 2 refused by Slack for good, the newest with: is_archived.");
        Leftovers.Judge(new OutboxState()).ToString().ShouldBe("ok    messages: none waiting.");
    }

    private static ServiceCatalog Catalog(string database = "db.internal") => new()
    {
        Environments = ["production"],
        Platforms = new Dictionary<string, PlatformDefinition>(StringComparer.Ordinal),
        Services = new Dictionary<string, Service>(StringComparer.Ordinal)
        {
            ["shop-db"] = Service("shop-db", new() { Name = "query", Type = ProbeType.Postgres, Address = $"postgres://probe@{database}:5432/shop" }),
            ["cache"] = Service("cache", new() { Name = "port", Type = ProbeType.Tcp, Address = "cache.internal:6379" }),
        },
    };

    private static Service Service(string name, ProbeDefinition probe) => new()
    {
        Name = name,
        Kind = ServiceKind.Other,
        Tier = 1,
        Environments = new Dictionary<string, ServiceEnvironment>(StringComparer.Ordinal) { ["production"] = new() { Platform = "p", PlatformName = name, Health = [probe] } },
    };
}
