using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Platforms;

namespace ChatOps.Tests.Deployments;

/// <summary>One situation for every reason code, for the table in docs/deploy-gates.md.</summary>
internal static class GateCases
{
    private static readonly DeployFacts Good = TestFacts.Good;
    private static readonly Dictionary<string, string> NoAnswer = new[] { "Status", "Releases", "Capabilities", "Before", "MetricsAnswer" }.ToDictionary(f => f, _ => "shop-platform gave no answer in 5 s");

    public static IReadOnlyList<(string Code, DeployFacts Facts)> All { get; } =
    [
        (GateCodes.ForceUnknown, Good.Ask(r => r with { Forced = ["freze"], Reason = "x" })),
        (GateCodes.ForceNever, Good.Ask(r => r with { Forced = ["schema"], Reason = "x" })),
        (GateCodes.ForceNotAllowed, (Good with { MayForce = false }).Ask(r => r with { Forced = ["freeze"], Reason = "x" })),
        (GateCodes.ForceWithoutReason, Good.Ask(r => r with { Forced = ["freeze"] })),
        (GateCodes.ArtifactMissing, Good.Ask(r => r with { Version = "v99" })),
        (GateCodes.ArtifactUnpinned, Good.Wanted(r => r with { Digest = null })),
        (GateCodes.ArtifactUnknown, Good with { Releases = null, Unknown = NoAnswer }),
        (GateCodes.AlreadyRunning, Good with { Status = Good.Status! with { Version = "v42" } }),
        (GateCodes.RunningUnknown, Good with { Status = null, Unknown = NoAnswer }),
        (GateCodes.TargetBusy, Good with { Active = new(4, "deploy", "v41", "U0BOB", TestFacts.Now.AddMinutes(-3)) }),
        (GateCodes.StrategyImpossible, (Good with { Capabilities = new HashSet<PlatformAction> { PlatformAction.Deploy } }).Ask(r => r with { Strategy = DeployStrategy.Canary })),
        (GateCodes.StrategyUnknown, Good with { Capabilities = null, Unknown = NoAnswer }),
        (GateCodes.SchemaRefuses, (Good with { Releases = [TestFacts.Release(43, "s2", "v41", ran: true, "0007_drop_column"), .. Good.Releases!] }).Ask(r => r with { Version = "v39" })),
        (GateCodes.SchemaUndeclared, (Good with { Releases = [TestFacts.Release(43, null, null), .. Good.Releases!] })),
        (GateCodes.SchemaUnknown, Good with { Releases = null, Unknown = NoAnswer }),
        (GateCodes.Locked, Good with { Lock = new("U0BOB", "load test", TestFacts.Now.AddHours(-1), TestFacts.Now.AddHours(1)) }),
        (GateCodes.BadVersion, Good with { BadVersions = [new("v42", "U0BOB", "it leaks memory", TestFacts.Now.AddDays(-1))] }),
        (GateCodes.IncidentOpen, Good with { OpenIncidents = [new(7, 2, false, "U0EVE")] }),
        (GateCodes.Frozen, Good with { Freezes = [new("the sale", null, TestFacts.Now.AddHours(-14), TestFacts.Now.AddDays(3))] }),
        (GateCodes.FridayWithoutReason, Good.Ask(r => r with { At = TestFacts.Friday })),
        (GateCodes.ChecksFailed, Good.Wanted(r => r with { ChecksPassed = false })),
        (GateCodes.ChecksUnknown, Good.Wanted(r => r with { ChecksPassed = null })),
        (GateCodes.BeforeOtherVersion, Good with { Before = new("staging", Good.Before!.Status! with { Version = "v41" }, true) }),
        (GateCodes.BeforeUnhealthy, Good with { Before = Good.Before! with { Healthy = false } }),
        (GateCodes.BeforeUnknown, Good with { Before = new("staging", null, null), Unknown = NoAnswer }),
        (GateCodes.VariablesMissing, Good.Wanted(r => r with { RequiredVariables = ["DATABASE_URL", "PAYMENT_KEY"] })),
        (GateCodes.VariablesUnknown, Good with { Status = Good.Status! with { Variables = null } }),
        (GateCodes.MigrationsUndeclared, Good.Wanted(r => r with { SchemaVersion = null, Migrations = ["0007_add_column"] })),
        (GateCodes.MigrationsUnknown, Good with { Releases = null, Unknown = NoAnswer }),
        (GateCodes.BackupImpossible, (Good with { Capabilities = new HashSet<PlatformAction> { PlatformAction.Deploy } }).Rules(r => r with { Backup = true })),
        (GateCodes.BackupUnknown, (Good with { Capabilities = null, Unknown = NoAnswer }).Rules(r => r with { Backup = true })),
        (GateCodes.NoWayBack, Good with { Status = new() { State = TargetState.Stopped, Variables = ["DATABASE_URL"] } }),
        (GateCodes.WayBackUnknown, Good with { Status = null, Unknown = NoAnswer }),
        (GateCodes.AutoSyncOn, Good with { AutoSync = true }),
        (GateCodes.MonitoringMissing, Good with { MetricsAnswer = false }),
        (GateCodes.MonitoringUnknown, Good with { MetricsAnswer = null, Unknown = NoAnswer }),
        (GateCodes.NobodyTold, Good with { ToldChannel = "#shop-team", ToldRefusal = "channel_not_found" }),
    ];
}
