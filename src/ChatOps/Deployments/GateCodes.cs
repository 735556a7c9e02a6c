namespace ChatOps.Deployments;

/// <summary>Stable reason codes of the gates: rows, figures and other tools carry them. Add, never rename; <c>docs/deploy-gates.md</c> lists them with their sentences.</summary>
public static class GateCodes
{
    /// <summary>The gate passes, whichever it is.</summary>
    public const string Passed = "passed";

    /// <summary>The gate does not apply, whichever it is; its sentence says why.</summary>
    public const string Skipped = "skipped";

    public const string ForceUnknown = "force-unknown-gate";
    public const string ForceNever = "force-impossible";
    public const string ForceNotAllowed = "force-not-allowed";
    public const string ForceWithoutReason = "force-without-reason";
    public const string ArtifactMissing = "artifact-missing";
    public const string ArtifactUnpinned = "artifact-unpinned";
    public const string ArtifactUnknown = "artifact-unknown";
    public const string AlreadyRunning = "already-running";
    public const string RunningUnknown = "running-unknown";
    public const string TargetBusy = "target-busy";
    public const string StrategyImpossible = "strategy-impossible";
    public const string StrategyUnknown = "strategy-unknown";
    public const string SchemaRefuses = "schema-refuses";
    public const string SchemaUndeclared = "schema-undeclared";
    public const string SchemaUnknown = "schema-unknown";
    public const string Locked = "locked";
    public const string BadVersion = "version-bad";
    public const string IncidentOpen = "incident-open";
    public const string Frozen = "frozen";
    public const string FridayWithoutReason = "friday-without-reason";
    public const string ChecksFailed = "checks-failed";
    public const string ChecksUnknown = "checks-unknown";
    public const string BeforeOtherVersion = "environment-before-other-version";
    public const string BeforeUnhealthy = "environment-before-unhealthy";
    public const string BeforeUnknown = "environment-before-unknown";
    public const string VariablesMissing = "variables-missing";
    public const string VariablesUnknown = "variables-unknown";
    public const string MigrationsUndeclared = "migrations-undeclared";
    public const string MigrationsUnknown = "migrations-unknown";
    public const string BackupImpossible = "backup-impossible";
    public const string BackupUnknown = "backup-unknown";
    public const string NoWayBack = "no-way-back";
    public const string WayBackUnknown = "way-back-unknown";
    public const string AutoSyncOn = "auto-sync-on";
    public const string MonitoringMissing = "monitoring-missing";
    public const string MonitoringUnknown = "monitoring-unknown";
    public const string NobodyTold = "nobody-told";
}
