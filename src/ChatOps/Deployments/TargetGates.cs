using ChatOps.Platforms;
using static ChatOps.Deployments.ArtifactGates;

namespace ChatOps.Deployments;

/// <summary>Gates about the target and what surrounds it. Pure.</summary>
internal static class TargetGates
{
    /// <summary>A backup that is younger counts.</summary>
    public static readonly TimeSpan FreshBackup = TimeSpan.FromHours(24);

    public static GateResult Strategy(DeployFacts facts)
    {
        const string gate = "strategy";
        var choice = StrategyChoice.Choose(facts);
        if (choice.Refusal is { } refusal) return Fail(gate, GateCodes.StrategyImpossible, refusal, choice.Next ?? "Deploy it where it runs.");
        return facts.Capabilities is null
            ? Unknown(gate, GateCodes.StrategyUnknown, $"It is not known what {facts.Platform} can do: {facts.WhyUnknown(nameof(facts.Capabilities))}.", "Try again when the platform answers.")
            : Pass(gate, GateWords.Capital(choice.Rule));
    }

    public static GateResult Before(DeployFacts facts)
    {
        const string gate = "environment-before";
        if (facts.Request.IsRollback) return Skip(gate, "A rollback goes to what ran here before.");
        if (facts.Before is not { } before) return Skip(gate, $"{facts.Target.Environment} is the first environment of {facts.Target.Service}.");
        if (before.Status is not { } status) return Unknown(gate, GateCodes.BeforeUnknown, $"It is not known what runs in {before.Name}: {facts.WhyUnknown(nameof(facts.Before))}.", $"Look at {before.Name}, then press.");
        if (status.Version != facts.Request.Version)
            return Fail(gate, GateCodes.BeforeOtherVersion, $"{before.Name} runs {status.Version ?? "nothing"}, not {facts.Request.Version}.", $"Deploy it there first: `/deploy {facts.Target.Service} {facts.Request.Version} to {before.Name}`.");
        // The same name for something else is not the same version.
        if (status.Digest is { } there && facts.Wanted?.Digest is { } here && there != here)
            return Fail(gate, GateCodes.BeforeOtherVersion, $"{before.Name} runs another build by the name of {facts.Request.Version}.", $"Deploy this very build there first: `/deploy {facts.Target.Service} {facts.Request.Version} to {before.Name}`.");
        if (!(before.Healthy ?? status.State == TargetState.Running))
            return Fail(gate, GateCodes.BeforeUnhealthy, $"{facts.Request.Version} is not healthy in {before.Name}: {(before.Healthy == false ? "its probes fail" : status.State.ToString().ToLowerInvariant())}{(status.Detail is { } d ? $", {d.TrimEnd('.')}" : "")}.", $"Repair it in {before.Name} first.");
        return Pass(gate, $"{before.Name} runs {facts.Request.Version} and is healthy.");
    }

    public static GateResult Backup(DeployFacts facts)
    {
        const string gate = "backup";
        if (facts.Request.IsRollback) return Skip(gate, "A rollback brings no migration.");
        if (!facts.Service.Deploy.Backup) return Skip(gate, "chatops.yaml asks for no backup.");
        if (facts.LastBackup is { } last && facts.Request.At - last < FreshBackup) return Pass(gate, $"The backup of {GateWords.Time(last)} is younger than a day.");
        if (facts.Capabilities is not { } can) return Unknown(gate, GateCodes.BackupUnknown, $"It is not known whether {facts.Platform} can back it up: {facts.WhyUnknown(nameof(facts.Capabilities))}.", "Make a backup by hand, then press.");
        return can.Contains(PlatformAction.BackUp)
            ? Pass(gate, $"{facts.Platform} can back it up, and does so first.")
            : Fail(gate, GateCodes.BackupImpossible, $"chatops.yaml asks for a backup, and {facts.Platform} cannot make one of {facts.Target.Service}.", "Make one by hand and deploy with --force backup, or take `backup` out of chatops.yaml.");
    }

    public static GateResult BackTo(DeployFacts facts)
    {
        const string gate = "way-back";
        var back = WayBack.Of(facts);
        if (!back.Known) return Unknown(gate, GateCodes.WayBackUnknown, back.Sentence, "Try again when the platform answers.");
        return back.Version is null
            ? Unknown(gate, GateCodes.NoWayBack, back.Sentence, "Press if you know what to do when it is bad.")
            : Pass(gate, back.Sentence);
    }

    public static GateResult AutoSync(DeployFacts facts)
    {
        const string gate = "auto-sync";
        return facts.AutoSync switch
        {
            true => Fail(gate, GateCodes.AutoSyncOn, $"{facts.Platform} synchronises by itself and would undo this, or refuse a rollback.", "Turn auto-sync off for this application, or change the version in its repository."),
            false => Pass(gate, "Nothing synchronises by itself."),
            _ => Skip(gate, $"{facts.Platform} has no auto-sync."),
        };
    }

    public static GateResult Monitoring(DeployFacts facts)
    {
        const string gate = "monitoring";
        return facts.MetricsAnswer switch
        {
            true => Pass(gate, "Error rate and latency can be read."),
            false => facts.Service.Environments.GetValueOrDefault(facts.Target.Environment) is { Health.Count: > 0 } environment
                ? Unknown(gate, GateCodes.MonitoringMissing, $"No error rate and no latency of {facts.Target.Service} can be read; only its {environment.Health.Count} health {(environment.Health.Count == 1 ? "probe" : "probes")} would tell that it is bad.", "Give chatops.yaml its metrics, or press and watch it yourself.")
                : Fail(gate, GateCodes.MonitoringMissing, $"Nothing tells whether {facts.Target.Service} works: neither metrics nor health probes.", "Give chatops.yaml a health probe or metrics."),
            _ => Unknown(gate, GateCodes.MonitoringUnknown, $"It is not known whether its metrics can be read: {facts.WhyUnknown(nameof(facts.MetricsAnswer))}.", "Look at the source of metrics, or press and watch it yourself."),
        };
    }

    public static GateResult Team(DeployFacts facts)
    {
        const string gate = "team";
        if (facts.ToldChannel is not { } channel) return Skip(gate, $"chatops.yaml names no channel of the team of {facts.Target.Service}, so nobody is told elsewhere.");
        return facts.ToldRefusal is { } refusal
            ? Unknown(gate, GateCodes.NobodyTold, $"The team cannot be told in {channel}: Slack did not take the last message there ({refusal}).", "Invite the bot there or mend the channel in chatops.yaml; or tell them yourself, then press.")
            : Pass(gate, $"The team is told in {channel}.");
    }
}

/// <summary>How gates name people and times. A Slack id becomes a mention where the sentence is drawn.</summary>
internal static class GateWords
{
    public static string Person(string id) => id == Timeline.TimelineEntry.Bot ? "ChatOps" : $"@{id}";

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture);

    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
