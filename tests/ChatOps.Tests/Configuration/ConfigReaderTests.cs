using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Database;
using Npgsql;

namespace ChatOps.Tests.Configuration;

public sealed class ConfigReaderTests : IDisposable
{
    private readonly ConfigFile file = new();

    public void Dispose() => file.Dispose();

    [Fact]
    public void The_example_has_no_mistakes_and_says_what_it_says()
    {
        var result = file.Read(ConfigFile.Example);

        result.Mistakes.ShouldBeEmpty();
        var config = result.Config.ShouldNotBeNull();
        config.Catalog.Environments.ShouldBe(["staging", "production"]);
        config.Catalog.Production.ShouldBe("production");
        var shop = config.Catalog.Services["shop"];
        (shop.Kind, shop.Tier, shop.Owner).ShouldBe((ServiceKind.Web, 1, "oncall"));
        config.Catalog.DependenciesOf("shop").Select(s => s.Name).ShouldBe(["shop-db", "inventory"]);
        var environment = config.Catalog.Find(new Target("shop", "production")).ShouldNotBeNull();
        var login = environment.Checks.Single();
        (login.Name, login.Method, login.ExpectStatus, login.ExpectText).ShouldBe(("login", "POST", 200, "\"token\""));
        login.Body.ShouldBe("""{"user":"probe","password":"s3cret"}""");
        environment.LogFiles.ShouldBe(["/var/log/shop/*.log"]);
        config.Catalog.Platforms["shop-platform"].Token.ShouldBe("t0ken");
        config.Catalog.Services["shop-db"].Environments["production"].Checks.Single().Type.ShouldBe(ProbeType.Postgres);
        config.Permissions.Rules.Count.ShouldBe(2);
        config.Incident.SeverityRules.ShouldBe([new SeverityRule(1, null, Breakage.Down, 1)]);
        config.RunbooksFolder.ShouldBe(Path.Combine(file.Folder, "runbooks"));
        config.DatabaseUrl.ShouldBeNull();
        config.Slack.MissingVariables.ShouldBe(["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]);
    }

    [Fact]
    public void A_service_may_name_the_channel_of_its_team()
    {
        file.Read(ConfigFile.Example).Config.ShouldNotBeNull().Catalog.Services["shop"].Channel.ShouldBeNull();
        file.ReadExampleWith("    # channel: shop-team ", "    channel: '#shop-team' ").Config.ShouldNotBeNull().Catalog.Services["shop"].Channel.ShouldBe("shop-team");
    }

    [Fact]
    public void No_record_prints_a_secret()
    {
        file.Variables["SLACK_BOT_TOKEN"] = "xoxb-s3cret";
        file.Variables["DATABASE_URL"] = "postgres://bot:s3cret@db/chatops";
        var config = file.Read(ConfigFile.Example).Config.ShouldNotBeNull();
        var shop = config.Catalog.Services["shop"].Environments["production"];

        string.Join('\n', config, config.Slack, config.Catalog.Platforms["shop-platform"], shop, shop.Checks[0]).ShouldNotContain("s3cret");
    }

    [Fact]
    public void A_misspelt_key_is_told_with_line_place_and_the_nearest_key()
    {
        var line = ConfigFile.LineOf(ConfigFile.Example, "depends_on:");
        file.Mistake(file.ReadExampleWith("depends_on:", "deppends_on:"))
            .ShouldBe($"chatops.yaml:{line}: unknown key 'deppends_on' in service 'shop'; did you mean 'depends_on'?");
    }

    [Theory]
    [InlineData("tier: 1                       #", "tier: 5                       #", "'tier' is '5' in service 'shop'; a whole number from 1 to 4")]
    [InlineData("    # channel: shop-team          #", "    channel: Shop Team             #", "'channel' is no channel name in service 'shop'; lower-case letters, digits, '-' and '_', up to 80, such as shop-team")]
    [InlineData("    kind: postgres", "    kind: postgre", "unknown kind 'postgre' in service 'shop-db'; did you mean 'postgres'?")]
    [InlineData("depends_on: [shop-db, inventory]", "depends_on: [shopdb, inventory]", "unknown service 'shopdb' in 'depends_on' of service 'shop'; did you mean 'shop-db'?")]
    [InlineData("depends_on: [shop-db, inventory]", "depends_on: [shop, inventory]", "services depend on each other in a circle: shop -> shop; take one of these dependencies out")]
    [InlineData("timeout: 5s", "timeout: fast", "'timeout' is 'fast' in platform 'shop-platform'; a duration from 100 ms to 60 s, such as 3s")]
    [InlineData("type: http                    #", "type: htttp                    #", "unknown type 'htttp' in platform 'shop-platform'; did you mean 'http'?")]
    [InlineData("expect: 200           #", "expect: twohundred           #", "'expect' is 'twohundred' in check in service 'shop' in production; a whole number from 100 to 599")]
    [InlineData("environments: [staging]", "environments: [stagging]", "unknown environment 'stagging' in permission; did you mean 'staging'?")]
    [InlineData("allow: [restart, rollback,", "allow: [restat, rollback,", "unknown action 'restat' in permission; did you mean 'restart'?")]
    [InlineData("tcp: ${SHOP_DB_HOST:-127.0.0.1:7432}", "tcp: db", "'tcp' is no host and port in health probe in service 'shop-db' in production; host:port, such as cache.internal:6379")]
    [InlineData("listen: http://127.0.0.1:8080", "listen: 8080", "'listen' is no http address; http://host:port/path or https://host/path")]
    [InlineData("private: false", "private: no", "'private' is 'no' in incident; true or false")]
    [InlineData("token: ${SHOP_PLATFORM_TOKEN}", "token: ${SHOP_TOKEN}", "the environment variable SHOP_TOKEN is not set; set it before starting, or write ${SHOP_TOKEN:-value} to give a value for when it is not")]
    [InlineData("url: ${SHOP_PLATFORM_URL:-http://127.0.0.1:7070}", "url: https://ops:hunter2@shop", "'url' holds a user name or password in platform 'shop-platform'; take it out of the address and use the key 'token'")]
    [InlineData("groups: [oncall]", "groups: []", "nobody is named in permission; add 'groups: [oncall]' or 'users: [ana]'")]
    [InlineData("incident_command: /incident", "incident_command: incident", "'incident_command' is no slash command in slack; a slash and up to 31 lower-case letters, digits, '-' and '_', such as /incident")]
    public void A_wrong_value_is_told_in_one_line_with_what_would_be_right(string before, string after, string told)
    {
        var mistake = file.Mistake(file.ReadExampleWith(before, after));
        mistake.ShouldEndWith($": {told}");
        mistake.ShouldStartWith($"chatops.yaml:{(before.StartsWith("groups", StringComparison.Ordinal) ? ConfigFile.LineOf(ConfigFile.Example, "allow: [restart") : ConfigFile.LineOf(ConfigFile.Example, before))}:");
    }

    [Fact]
    public void An_unknown_platform_and_environment_are_told_with_the_nearest()
    {
        var result = file.Read(ConfigFile.Example
            .Replace("        platform: shop-platform\n        name: shop ", "        platform: shop-platfrom\n        name: shop ", StringComparison.Ordinal)
            .Replace("  shop-db:\n    kind: postgres\n    owner: oncall\n    tier: 1\n    environments:\n      production:", "  shop-db:\n    kind: postgres\n    owner: oncall\n    tier: 1\n    environments:\n      prodction:", StringComparison.Ordinal));

        result.Config.ShouldBeNull();
        result.Mistakes.Select(m => $"{m.What}; {m.WouldBeRight}").ShouldBe([
            "unknown platform 'shop-platfrom' in service 'shop' in production; did you mean 'shop-platform'?",
            "unknown environment 'prodction' in service 'shop-db'; did you mean 'production'?",
        ]);
    }

    [Fact]
    public void A_circle_of_dependencies_is_told_with_its_way()
    {
        var text = ConfigFile.Example.Replace("  shop-db:\n    kind: postgres\n", "  shop-db:\n    kind: postgres\n    depends_on: [inventory]\n", StringComparison.Ordinal)
            .Replace("  inventory:\n    kind: web\n", "  inventory:\n    kind: web\n    depends_on:\n      - shop\n", StringComparison.Ordinal);

        var result = file.Read(text);

        result.Mistakes.Select(m => m.What).ShouldContain("services depend on each other in a circle: shop -> shop-db -> inventory -> shop");
        result.Mistakes[0].Line.ShouldBe(ConfigFile.LineOf(text, "      - shop\n"));
    }

    [Fact]
    public void All_mistakes_are_told_at_once_in_the_order_of_the_file()
    {
        var result = file.Read(ConfigFile.Example.Replace("transport: socket", "transport: telnet", StringComparison.Ordinal)
            .Replace("tier: 2", "tier: two", StringComparison.Ordinal).Replace("state: state", "sate: state", StringComparison.Ordinal));

        result.Mistakes.Count.ShouldBe(3);
        result.Mistakes.Select(m => m.Line).ShouldBeInOrder();
    }

    [Fact]
    public void A_secret_may_be_a_file()
    {
        File.WriteAllText(Path.Combine(file.Folder, "token"), "from-a-file\n");
        file.ReadExampleWith("token: ${SHOP_PLATFORM_TOKEN}", "token: file:token").Config.ShouldNotBeNull()
            .Catalog.Platforms["shop-platform"].Token.ShouldBe("from-a-file");
    }

    [Fact]
    public void A_secret_file_that_is_missing_is_a_mistake() =>
        file.Mistake(file.ReadExampleWith("token: ${SHOP_PLATFORM_TOKEN}", "token: file:/nowhere/token"))
            .ShouldEndWith("the file /nowhere/token cannot be read; create it, or correct the path");

    [Theory]
    [InlineData("postgres://u:p%40ss@db.internal:6432/shop?sslmode=require", "db.internal", 6432, "p@ss")]
    [InlineData("Host=db;Port=6432;Username=u;Password=p;Database=shop", "db", 6432, "p")]
    [InlineData("postgresql://u:p@/shop?host=/var/run/postgresql", "/var/run/postgresql", 5432, "p")]
    public void A_PostgreSQL_address_may_be_a_url_or_keywords(string text, string host, int port, string password)
    {
        PostgresAddress.TryParse(text, out var builder).ShouldBeTrue();
        (builder.Host, builder.Port, builder.Password, builder.Database).ShouldBe((host, port, password, "shop"));
    }

    [Theory]
    [InlineData("postgres://u:p%40ss@db.internal:6432/shop?sslmode=require", "db.internal")]
    [InlineData("postgres://u:p@db/chat?sslmode=verify-full&sslrootcert=/etc/ca.pem&connect_timeout=3", "db")]
    [InlineData("POSTGRES://u:p@db/chat?user=u&dbname=chat", "db")]
    [InlineData("postgresql://u:p@/shop?host=/var/run/postgresql", "/var/run/postgresql")]
    [InlineData("Host=db;Port=6432;Username=u;Password=p;Database=shop", "db")]
    public void An_address_that_the_check_takes_is_one_that_the_bot_works_with(string text, string host)
    {
        file.Variables["DATABASE_URL"] = text;
        file.Variables["DATABASE_OWNER_URL"] = text;
        var config = file.Read(ConfigFile.Example).Config.ShouldNotBeNull();

        var location = DatabaseLocation.From(config.DatabaseUrl, config.DatabaseOwnerUrl, config.StateFolder);

        new NpgsqlConnectionStringBuilder(location.ConnectionString).Host.ShouldBe(host);
        new NpgsqlConnectionStringBuilder(location.OwnerConnectionString).Host.ShouldBe(host);
        location.BotRole.ShouldBe("u");
    }

    [Fact]
    public void An_owner_s_address_alone_is_a_mistake_and_starts_no_private_database()
    {
        file.Variables["DATABASE_OWNER_URL"] = "postgres://owner:s3cret@db/chatops";
        file.Mistake(file.Read(ConfigFile.Example))
            .ShouldBe("chatops.yaml:1: the environment variable DATABASE_OWNER_URL is set and DATABASE_URL is not; set DATABASE_URL too: what the bot works as, in the same database");
    }

    [Fact]
    public void An_owner_s_address_is_checked_as_the_bot_s_own_is()
    {
        file.Variables["DATABASE_URL"] = "postgres://bot:s3cret@db/chatops";
        file.Variables["DATABASE_OWNER_URL"] = "postgres://owner:s3cret@db:none/chatops";
        file.Mistake(file.Read(ConfigFile.Example))
            .ShouldBe("chatops.yaml:1: the environment variable DATABASE_OWNER_URL holds no PostgreSQL address; postgres://user:password@host:5432/name");
    }
}
