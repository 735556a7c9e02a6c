using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Platforms;

namespace ChatOps.Deployments;

/// <summary>What the choice of a way back is made from.</summary>
public sealed record RollbackFacts
{
    public required Target Target { get; init; }

    /// <summary>For people: the platform's name in the catalog.</summary>
    public required string Platform { get; init; }
    public required TargetStatus Status { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<Release> Releases { get; init; }
    public IReadOnlyList<TargetChange> Changes { get; init; } = [];

    /// <summary>Marked in this environment.</summary>
    public IReadOnlyList<BadVersionFact> Marked { get; init; } = [];
    public LockFact? Lock { get; init; }
    public bool CanRollBack { get; init; }
    public bool CanDeploy { get; init; }

    /// <summary>Named by whoever asks; null: the last good one.</summary>
    public string? Wanted { get; init; }

    /// <summary>As people type it: "/deploy".</summary>
    public string DeployCommand { get; init; } = "/deploy";
}

/// <summary>Where a rollback goes and how, or why there is none and what is left. Pure.</summary>
public sealed record RollbackChoice
{
    /// <summary>"" beside a refusal.</summary>
    public string ToVersion { get; init; } = "";

    /// <summary>By a deploy of the earlier version, since the platform has no rollback of its own.</summary>
    public bool ByDeploy { get; init; }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Release> Undone { get; init; } = [];

    /// <summary>For people: what speaks against it without forbidding it.</summary>
    public IReadOnlyList<string> Cautions { get; init; } = [];

    /// <summary>For people, not escaped: why there is none, and what is left.</summary>
    public string? Refusal { get; init; }

    public static RollbackChoice Of(RollbackFacts facts)
    {
        var service = facts.Target.Service;
        if (!facts.CanRollBack && !facts.CanDeploy) return No($"{facts.Platform} can neither roll {service} back nor deploy it. Deploy the earlier version where it is built.");
        if (facts.Status.Version is not { } running) return No($"Nothing of {service} runs in {facts.Target.Environment} that has a version, so there is nothing to go back from. Look at it, or deploy a version: {facts.DeployCommand} {service}.");

        var known = string.Join(", ", facts.Releases.Take(5).Select(r => r.Version));
        var found = LastGoodVersion.Find(facts.Releases, facts.Changes, running, facts.Marked.Select(m => m.Version));
        if ((facts.Wanted ?? found.Good?.Version) is not { } to)
            return No($"There is no earlier release of {service} from which nobody had to go back. Known are: {(known.Length > 0 ? known : "none")}. Name one to go back to it all the same, or roll forward.");
        if (to == running) return No($"{service} runs {to} already, so there is nothing to roll back.");
        var at = Index(facts.Releases, to);
        if (at < 0) return No($"There is no release {to} of {service}{(Nearest.Of(to, facts.Releases.Select(r => r.Version)) is { } near ? $"; did you mean {near}?" : ".")} Known are: {(known.Length > 0 ? known : "none")}.");
        var from = Index(facts.Releases, running);
        if (from >= 0 && at < from)
            return No($"{to} is newer than {running}, which runs, so going there is a deploy: {facts.DeployCommand} {service} {to} to {facts.Target.Environment}.{(found.Bad.Contains(to) ? $" It is marked bad: {facts.DeployCommand} unmark {service} {to} {facts.Target.Environment} takes that back." : "")}");

        var schema = SchemaRule.MayRun(facts.Releases, running, to);
        if (schema.Answer == SchemaAnswer.Refuses) return No($"No way back to {to}: {schema.Sentence}");
        var cautions = new List<string>();
        // Nothing that people agreed on stands in the way of a hurry, but who locked it may know why not.
        if (facts.Lock is { } held) cautions.Add($"It is locked by {GateWords.Person(held.By)} since {GateWords.Time(held.Since)}: {held.Reason}.");
        if (schema.Answer == SchemaAnswer.Undeclared) cautions.Add(schema.Sentence);
        if (facts.Marked.FirstOrDefault(m => m.Version == to) is { } mark) cautions.Add($"{to} is marked bad since {GateWords.Time(mark.At)}: {mark.Reason}.");
        else if (found.Bad.Contains(to)) cautions.Add($"Somebody rolled back from {to} before.");
        return new()
        {
            ToVersion = to,
            ByDeploy = !facts.CanRollBack,
            Undone = [.. facts.Releases.Take(at).Skip(Math.Max(0, from)).Where(r => r.Version == running || r.DeployedAt is not null)],
            Cautions = cautions,
        };
    }

    private static int Index(IReadOnlyList<Release> releases, string version) => releases.ToList().FindIndex(r => r.Version == version);

    private static RollbackChoice No(string sentence) => new() { Refusal = sentence };
}
