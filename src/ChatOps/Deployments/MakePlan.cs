using System.Globalization;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Platforms;
using ChatOps.Slack.Blocks;

namespace ChatOps.Deployments;

/// <summary>Facts into a plan. Pure.</summary>
internal static class MakePlan
{
    /// <summary>So many releases at once are many.</summary>
    private const int ManyReleases = 5;

    public static DeployPlan From(DeployFacts facts)
    {
        var report = DeployGates.Judge(facts);
        var choice = StrategyChoice.Choose(facts);
        var back = WayBack.Of(facts);
        var approval = ApprovalRule.Of(facts, report);
        var (commits, backwards) = Between(facts);
        var range = facts.Commits is { } told ? told with { Commits = [.. told.Commits.Select(Short)] } : null;
        var migrations = Migrations(facts);
        var (risk, reasons) = Risk(facts, back, report, commits.Count, backwards, migrations);
        var rules = facts.Service.Deploy;
        var (median, most) = ExpectedDuration.Of(facts.Durations);
        var backup = BacksUp(facts);
        IReadOnlyList<int> shares = choice.Strategy == DeployStrategy.Canary ? rules.Steps : [];
        var limits = Limits(facts);
        return new DeployPlan
        {
            Running = facts.Status?.Version,
            State = facts.Status?.State.ToString() ?? "not known",
            ToVersion = facts.Request.Version,
            Digest = facts.Wanted?.Digest,
            Generation = facts.Status?.Generation,
            BackTo = back.Version,
            WayBack = back.Sentence,
            AutomaticRollback = back.Automatic,
            AutomaticWhy = back.AutomaticWhy,
            RollbackLimits = limits,
            Commits = [.. commits.Select(r => new UndoneRelease(r.Version, r.Commit, r.Author, r.Message))],
            Range = range,
            Backwards = backwards,
            Authors = [.. (range?.Commits.Select(c => c.Author) ?? commits.Select(r => r.Author)).OfType<string>().Distinct(StringComparer.Ordinal)],
            Migrations = migrations,
            Strategy = choice.Strategy,
            Named = facts.Request.Strategy is not null,
            StrategyRule = choice.Rule,
            Steps = Steps(facts, choice.Strategy, shares, backup, median),
            Expected = ExpectedDuration.Range(facts.Durations),
            Median = median,
            Most = most,
            Risk = risk,
            RiskReasons = reasons,
            Dependents = facts.Dependents,
            DependsOn = facts.Service.DependsOn,
            Go = Go(facts, choice.Strategy),
            NoGo = [.. limits, "the platform reports that it failed", "nothing changes for longer than it ever took: then it stops and asks"],
            Limits = rules.Limits,
            BusinessMetric = rules.BusinessMetric,
            Shares = shares,
            Watch = rules.Watch,
            Backup = backup,
            Reason = facts.Request.Reason,
            Incident = facts.Request.Incident,
            RequestedBy = facts.Request.RequestedBy,
            Approval = approval.Approval,
            ApprovalSentence = approval.Sentence,
            ReviewWithin = approval.ReviewWithin,
            WhoMay = facts.WhoMay,
            Gates = report.Gates,
            Fingerprint = DeployPlan.FingerprintOf(facts),
        };
    }

    /// <summary>Whether a copy of its data is made first: there is none that is fresh.</summary>
    internal static bool BacksUp(DeployFacts facts) =>
        facts.Service.Deploy.Backup && !facts.Request.IsRollback && !(facts.LastBackup is { } last && facts.Request.At - last < TargetGates.FreshBackup);

    /// <summary>The releases from the one after the running up to the wanted, newest first; backwards: those that go.</summary>
    private static (IReadOnlyList<Release> Releases, bool Backwards) Between(DeployFacts facts)
    {
        if (facts is not { Releases: { } releases, Wanted: { } wanted }) return ([], false);
        var list = releases.ToList();
        var to = list.IndexOf(wanted);
        // What runs and is not listed any more is older than all that are: it is not known what came between.
        if (facts.Running is not { } running) return ([wanted], false);
        var from = list.IndexOf(running);
        return to <= from ? (list[to..from], false) : (list[from..to], true);
    }

    /// <summary>A first line may be a whole text, and a row holds a hundred of them.</summary>
    private static PlatformCommit Short(PlatformCommit commit) =>
        commit with { Sha = Mrkdwn.Cut(commit.Sha, 64), Author = commit.Author is { } author ? Mrkdwn.Cut(author, 100) : null, Message = commit.Message is { } message ? Mrkdwn.Cut(message, 200) : null };

    private static IReadOnlyList<string> Migrations(DeployFacts facts) => facts is { Releases: { } releases, Wanted: { } wanted }
        ? SchemaRule.Migrations(wanted, releases, SchemaRule.InPlace(releases, facts.Status?.Version)) : [];

    private static (DeployRisk Risk, IReadOnlyList<string> Reasons) Risk(DeployFacts facts, WayBack back, GateReport report, int releases, bool backwards, IReadOnlyList<string> migrations)
    {
        var risk = DeployRisk.Low;
        var reasons = new List<string>();
        void Add(DeployRisk level, string reason)
        {
            if (level > risk) risk = level;
            reasons.Add(reason);
        }
        if (StrategyChoice.NotBeside(facts) is { } conflict) Add(DeployRisk.High, $"{GateWords.Capital(conflict)}: while both run, requests to the old version may fail");
        else if (migrations.Count > 0) Add(DeployRisk.Medium, $"it brings {migrations.Count} {(migrations.Count == 1 ? "migration" : "migrations")}: {string.Join(", ", migrations)}");
        if (back.Version is null) Add(DeployRisk.High, "there is no way back");
        else if (!back.Automatic && back.AutomaticWhy is { } why && !facts.Request.IsRollback) Add(DeployRisk.Medium, $"nothing goes back by itself: {why}");
        if (facts.BadVersions.Any(b => b.Version == facts.Request.Version)) Add(DeployRisk.High, $"{facts.Request.Version} is marked bad here");
        foreach (var forced in report.Overridden) Add(DeployRisk.High, $"the gate '{forced.Gate}' is overridden: {forced.Sentence.TrimEnd('.')}");
        if (releases > ManyReleases) Add(DeployRisk.Medium, $"{releases} releases {(backwards ? "go" : "come in")} at once");
        if (facts.Service.Tier == 1 && facts.IsLastEnvironment) Add(DeployRisk.Medium, "the product cannot be used without this service (tier 1)");
        if (facts.Dependents.Count > 0) Add(facts.Dependents.Count > 2 ? DeployRisk.Medium : DeployRisk.Low, $"{string.Join(", ", facts.Dependents.Take(5))}{(facts.Dependents.Count > 5 ? " and others" : "")} {(facts.Dependents.Count == 1 ? "depends" : "depend")} on it");
        if (facts.MetricsAnswer == false) Add(DeployRisk.Medium, "no metrics tell whether it got worse");
        if (CalendarGates.IsFriday(facts) && facts.IsLastEnvironment) Add(DeployRisk.Medium, "it is Friday");
        if (facts.Status is { State: not TargetState.Running } status) Add(DeployRisk.Medium, $"the target is {status.State.ToString().ToLowerInvariant()} before it begins");
        if (reasons.Count == 0) reasons.Add("nothing speaks against it");
        return (risk, reasons);
    }

    private static List<PlanStep> Steps(DeployFacts facts, DeployStrategy strategy, IReadOnlyList<int> shares, bool backup, TimeSpan? median)
    {
        var rules = facts.Service.Deploy;
        var to = facts.Request.Version;
        var steps = new List<PlanStep> { new(DeployPhase.Prepare, "Look at all gates again", null) };
        if (facts.Service.Deploy.Backup && !facts.Request.IsRollback)
            steps.Add(new(DeployPhase.Backup, backup ? "Back up its data" : $"The backup of {GateWords.Time(facts.LastBackup!.Value)} counts", null));
        switch (strategy)
        {
            case DeployStrategy.Canary:
                steps.Add(new(DeployPhase.Deploy, $"Start {to} beside {facts.Status?.Version ?? "what runs"}, without traffic", null));
                steps.AddRange(shares.Select(s => s < 100
                    ? new PlanStep(DeployPhase.Deploy, $"{s} % of the traffic to {to}{Really(facts, s)}, at least {Durations.Text(rules.Limits.StepTime)} and {rules.Limits.MinRequests} requests on each side", rules.Limits.StepTime, s)
                    : new PlanStep(DeployPhase.Deploy, $"All traffic to {to}; the old version ends", null, s)));
                break;
            case DeployStrategy.BlueGreen:
                steps.Add(new(DeployPhase.Deploy, $"Start {to} beside {facts.Status?.Version ?? "what runs"} and wait until it is healthy", median));
                steps.Add(new(DeployPhase.Deploy, "Move all traffic at once; the old version stays up for the way back", null, 100));
                break;
            case DeployStrategy.Recreate:
                steps.Add(new(DeployPhase.Deploy, $"End {facts.Status?.Version ?? "what runs"}, then start {to}: it is away in between", median));
                break;
            default:
                steps.Add(new(DeployPhase.Deploy, facts.Request.IsRollback ? $"Run {to} again" : $"Replace {facts.Status?.Version ?? "what runs"} by {to}, a few processes at a time", median));
                break;
        }
        steps.Add(new(DeployPhase.Verify, "Health, logs, error rate and latency against the version before", null));
        steps.Add(new(DeployPhase.Confirm, $"Watch it for {Durations.Text(rules.Watch)}", rules.Watch));
        return steps;
    }

    /// <summary>The card says what will be done, where that is not what the file asks for.</summary>
    private static string Really(DeployFacts facts, int share) =>
        facts.Status?.SharedProcesses is { } replicas and > 0 && CandidateShare.Nearest(replicas, share).Unlike(replicas, share) is { } unlike ? $" ({unlike})" : "";

    private static List<string> Limits(DeployFacts facts)
    {
        var limits = facts.Service.Deploy.Limits;
        var all = new List<string>();
        if (facts.MetricsAnswer != false)
        {
            Add("error rate", limits.ErrorRate is { } rate ? $"{Number(rate * 100)} %" : null, limits.ErrorRateTimes, $" (and over {Number(limits.ErrorRateFloor * 100)} %)");
            Add("p50", limits.P50Ms is { } p50 ? $"{Number(p50)} ms" : null, limits.P50Times, $" (and {Number(limits.P50FloorMs)} ms more)");
            Add("p99", limits.P99Ms is { } p99 ? $"{Number(p99)} ms" : null, limits.P99Times, $" (and {Number(limits.P99FloorMs)} ms more)");
            if (facts.Service.Deploy.BusinessMetric is { } metric && limits.BusinessWorse is { } worse) all.Add($"{metric.Name} is worse than before by over {Number(worse * 100)} %");
            if (facts.Service.Deploy.BusinessMetric is { } own && limits.Business is { } bound) all.Add($"{own.Name} is {(own.LowerIsBetter ? "over" : "under")} {Number(bound)} a request");
            if (limits.ConsecutiveBreaches > 1) all = [.. all.Select(l => $"{l}, {limits.ConsecutiveBreaches} times in a row")];
        }
        all.Add("a health probe fails after it came in");
        return all;

        void Add(string measure, string? absolute, double? times, string floor)
        {
            if (absolute is null && times is null) return;
            all.Add($"{measure} over {string.Join(" or ", new[] { absolute, times is { } t ? $"{Number(t)} times the version before{floor}" : null }.OfType<string>())}");
        }
    }

    private static List<string> Go(DeployFacts facts, DeployStrategy strategy)
    {
        var go = new List<string> { "every health probe passes" };
        if (facts.Service.Environments.GetValueOrDefault(facts.Target.Environment) is { Checks.Count: > 0 } environment) go.Add($"its own checks pass: {string.Join(", ", environment.Checks.Select(c => c.Name))}");
        if (facts.MetricsAnswer != false) go.Add("error rate and latency stay within their limits");
        if (strategy == DeployStrategy.Canary) go.Add($"every share has {facts.Service.Deploy.Limits.MinRequests} requests on each side");
        go.Add("no new pattern of errors in its log");
        return go;
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
