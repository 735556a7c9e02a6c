using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Deployments;
using ChatOps.Platforms;

namespace ChatOps.Tests.Deployments;

/// <summary>A deploy of shop v42 to production at which nothing is wrong; tests change one thing.</summary>
internal static class TestFacts
{
    /// <summary>A Tuesday.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 3, 14, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset Friday = new(2026, 11, 6, 14, 0, 0, TimeSpan.Zero);

    public static Release Release(int number, string? schema = "s1", string? servesBackTo = "v38", bool ran = true, params string[] migrations) => new()
    {
        Version = $"v{number}", Commit = $"c0ffee{number}", Author = number % 2 == 0 ? "ana" : "bob", Message = $"change {number}", Digest = $"sha256:{number}0000000000000000", ChecksPassed = true,
        DeployedAt = ran ? Now.AddDays(number - 50) : null, SchemaVersion = schema, ServesBackTo = servesBackTo, Migrations = migrations,
    };

    public static DeployFacts Good { get; } = new()
    {
        Request = new() { Target = new("shop", "production"), Version = "v42", RequestedBy = "U0ANA", At = Now },
        Service = new()
        {
            Name = "shop", Kind = ServiceKind.Web, Tier = 2, DependsOn = ["shop-db"],
            Environments = new Dictionary<string, ServiceEnvironment>
            {
                ["staging"] = new() { Platform = "shop-platform", PlatformName = "shop" },
                ["production"] = new() { Platform = "shop-platform", PlatformName = "shop", Health = [new() { Name = "ready", Type = ProbeType.Http, Address = "http://shop" }] },
            },
        },
        Environments = ["staging", "production"],
        Platform = "shop-platform",
        Status = new() { State = TargetState.Running, Version = "v40", Generation = 7, Variables = ["DATABASE_URL"] },
        Releases = [Release(42, ran: false) with { RequiredVariables = ["DATABASE_URL"] }, Release(41, ran: false), Release(40) with { Current = true }, Release(39), Release(38), Release(37)],
        Capabilities = Enum.GetValues<PlatformAction>().ToHashSet(),
        Before = new("staging", new() { State = TargetState.Running, Version = "v42", Digest = "sha256:420000000000000000" }, Healthy: true),
        Friday = new FridayRule(),
        Durations = [.. Enumerable.Range(1, 20).Select(i => TimeSpan.FromSeconds(i * 10))],
        MetricsAnswer = true,
        AutoSync = false,
        ToldChannel = "#shop-team",
        MayForce = true,
        WhoMay = "@oncall",
    };

    public static DeployFacts Ask(this DeployFacts facts, Func<DeployRequest, DeployRequest> change) => facts with { Request = change(facts.Request) };

    public static DeployFacts Rules(this DeployFacts facts, Func<DeployRules, DeployRules> change) => facts with { Service = facts.Service with { Deploy = change(facts.Service.Deploy) } };

    public static DeployFacts Wanted(this DeployFacts facts, Func<Release, Release> change) => facts with { Releases = [.. facts.Releases!.Select(r => r.Version == facts.Request.Version ? change(r) : r)] };

    /// <summary>v42 brings a migration that v40 cannot live with.</summary>
    public static DeployFacts Contracting(this DeployFacts facts) => facts.Wanted(r => r with { SchemaVersion = "s2", ServesBackTo = "v41", Migrations = ["0007_drop_column"] });
}
