using ChatOps.Configuration;

namespace ChatOps.Deployments;

/// <summary>Gates about the version that is wanted. Pure.</summary>
internal static class ArtifactGates
{
    public static GateResult Artifact(DeployFacts facts)
    {
        const string gate = "artifact";
        var (version, service) = (facts.Request.Version, facts.Target.Service);
        if (facts.Releases is not { } releases)
            return Unknown(gate, GateCodes.ArtifactUnknown, $"It is not known whether {version} exists: {facts.WhyUnknown(nameof(facts.Releases))}.", "Try again when the platform answers.");
        if (facts.Wanted is not { } wanted)
        {
            var known = releases.Take(5).Select(r => r.Version).ToList();
            return Fail(gate, GateCodes.ArtifactMissing, $"There is no release {version} of {service}.",
                Nearest.Of(version, releases.Select(r => r.Version)) is { } near ? $"Did you mean {near}?"
                : known.Count == 0 ? "Build one first: the platform lists none." : $"Build it first, or take one of {string.Join(", ", known)}.");
        }
        return wanted.Digest is null
            ? Unknown(gate, GateCodes.ArtifactUnpinned, $"{version} has no digest, so what runs may not be what was tested.", "Publish the digest with the release, or press if you know the artifact.")
            : Pass(gate, $"{version} exists as {Short(wanted.Digest)}.");
    }

    public static GateResult NewVersion(DeployFacts facts)
    {
        const string gate = "new-version";
        if (facts.Status is not { } status) return Unknown(gate, GateCodes.RunningUnknown, $"It is not known what runs: {facts.WhyUnknown(nameof(facts.Status))}.", "Try again when the platform answers.");
        if (status.Version != facts.Request.Version) return Pass(gate, status.Version is null ? "Nothing runs there yet." : $"{status.Version} runs now.");
        return Fail(gate, GateCodes.AlreadyRunning, $"{facts.Target.Service} runs {status.Version} in {facts.Target.Environment} already.", "Name another version; a restart is `/incident fix restart`.");
    }

    public static GateResult Schema(DeployFacts facts)
    {
        const string gate = "schema";
        if (facts.Releases is not { } releases) return Unknown(gate, GateCodes.SchemaUnknown, $"It is not known which schema is in place: {facts.WhyUnknown(nameof(facts.Releases))}.", "Try again when the platform answers.");
        if (facts.Wanted is null) return Skip(gate, "There is no such release.");
        var verdict = SchemaRule.MayRun(releases, facts.Status?.Version, facts.Request.Version);
        return verdict.Answer switch
        {
            SchemaAnswer.Refuses => Fail(gate, GateCodes.SchemaRefuses, verdict.Sentence, $"Take a version that the schema serves, or {SchemaRule.WaysLeft[0]}."),
            SchemaAnswer.Undeclared => Unknown(gate, GateCodes.SchemaUndeclared, verdict.Sentence, "Declare schema and oldest version with every release, or press if you know that it serves this one."),
            _ => Pass(gate, verdict.Sentence),
        };
    }

    public static GateResult BadVersion(DeployFacts facts)
    {
        const string gate = "bad-version";
        return facts.BadVersions.FirstOrDefault(b => b.Version == facts.Request.Version) is { } bad
            ? Fail(gate, GateCodes.BadVersion, $"{bad.Version} is marked bad in {facts.Target.Environment} by {GateWords.Person(bad.By)} since {GateWords.Time(bad.At)}: {bad.Reason.TrimEnd('.')}.", $"Deploy another version, or take the mark away: `/deploy unmark {facts.Target.Service} {bad.Version} {facts.Target.Environment}`.")
            : Pass(gate, $"{facts.Request.Version} is not marked bad.");
    }

    public static GateResult Checks(DeployFacts facts)
    {
        const string gate = "checks";
        if (facts.Request.IsRollback) return Skip(gate, "A rollback goes to what ran here before.");
        if (!facts.Service.Deploy.ChecksRequired) return Skip(gate, "chatops.yaml asks for no checks.");
        var what = facts.Wanted?.Commit is { Length: > 0 } commit ? $"commit {(commit.Length > 10 ? commit[..10] : commit)}" : facts.Request.Version;
        return facts.Wanted?.ChecksPassed switch
        {
            true => Pass(gate, $"The checks of {what} are green."),
            false => Fail(gate, GateCodes.ChecksFailed, $"The checks of {what} are red.", "Repair the build and deploy its next version."),
            _ => Unknown(gate, GateCodes.ChecksUnknown, $"It is not known whether the checks of {what} passed{(facts.Releases is null ? $": {facts.WhyUnknown(nameof(facts.Releases))}" : "")}.", "Look at the build, then press; or say `checks: none` in chatops.yaml where there are none."),
        };
    }

    public static GateResult Variables(DeployFacts facts)
    {
        const string gate = "variables";
        if (facts.Wanted is not { } wanted) return facts.Releases is null
            ? Unknown(gate, GateCodes.VariablesUnknown, $"It is not known which variables it needs: {facts.WhyUnknown(nameof(facts.Releases))}.", "Try again when the platform answers.")
            : Skip(gate, "There is no such release.");
        if (wanted.RequiredVariables.Count == 0) return Pass(gate, $"{wanted.Version} names no variable that it needs.");
        if (facts.Status?.Variables is not { } set)
            return Unknown(gate, GateCodes.VariablesUnknown, $"{wanted.Version} needs {string.Join(", ", wanted.RequiredVariables)}, and it is not known which are set: {(facts.Status is null ? facts.WhyUnknown(nameof(facts.Status)) : $"{facts.Platform} does not tell")}.", "Look whether they are set, then press.");
        var missing = wanted.RequiredVariables.Where(v => !set.Contains(v, StringComparer.Ordinal)).ToList();
        return missing.Count == 0
            ? Pass(gate, $"All variables that {wanted.Version} needs are set ({wanted.RequiredVariables.Count}).")
            : Fail(gate, GateCodes.VariablesMissing, $"{wanted.Version} cannot start without {string.Join(", ", missing)}, which {(missing.Count == 1 ? "is" : "are")} not set in {facts.Target.Environment}.", "Set what is missing, then ask again.");
    }

    public static GateResult Migrations(DeployFacts facts)
    {
        const string gate = "migrations";
        if (facts.Request.IsRollback) return Skip(gate, "A rollback brings no migration.");
        if (facts.Releases is not { } releases) return Unknown(gate, GateCodes.MigrationsUnknown, $"It is not known which migrations it brings: {facts.WhyUnknown(nameof(facts.Releases))}.", "Try again when the platform answers.");
        if (facts.Wanted is not { } wanted) return Skip(gate, "There is no such release.");
        var names = SchemaRule.Migrations(wanted, releases, SchemaRule.InPlace(releases, facts.Status?.Version));
        if (wanted.SchemaVersion is null || wanted.ServesBackTo is null)
            return Unknown(gate, GateCodes.MigrationsUndeclared, $"{wanted.Version} does not declare {(wanted.SchemaVersion is null ? "its schema" : "which versions its schema serves")}{(names.Count > 0 ? $" and brings {string.Join(", ", names)}" : "")}, so nothing goes back by itself.", "Declare schema version and oldest served version with the release, or press if you know what it changes.");
        return Pass(gate, names.Count == 0 ? $"No migration; the schema stays {wanted.SchemaVersion}." : $"{names.Count} {(names.Count == 1 ? "migration" : "migrations")} ({string.Join(", ", names)}); the schema {wanted.SchemaVersion} serves versions from {wanted.ServesBackTo} on.");
    }

    private static string Short(string digest) => digest.Length > 19 ? digest[..19] : digest;

    internal static GateResult Pass(string gate, string sentence) => new(gate, GateCodes.Passed, GateOutcome.Pass, sentence, null);

    internal static GateResult Skip(string gate, string sentence) => new(gate, GateCodes.Skipped, GateOutcome.Skipped, sentence, null);

    internal static GateResult Fail(string gate, string code, string sentence, string next) => new(gate, code, GateOutcome.Fail, sentence, next);

    internal static GateResult Unknown(string gate, string code, string sentence, string next) => new(gate, code, GateOutcome.Inconclusive, sentence, next);
}
