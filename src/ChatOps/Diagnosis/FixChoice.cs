using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Deployments;
using ChatOps.Runbooks;

namespace ChatOps.Diagnosis;

/// <summary>One thing that may be done.</summary>
public sealed record FixOption
{
    public const string Restart = "restart";
    public const string Rollback = "rollback";
    public const string Page = "page";

    /// <summary>A higher memory limit; the word of its permission.</summary>
    public const string Memory = "scale";

    /// <summary><see cref="Restart"/>, <see cref="Rollback"/>, <see cref="Memory"/> or <see cref="Page"/>.</summary>
    public required string Action { get; init; }
    public required string Service { get; init; }

    /// <summary>The version to go back to; rollback alone.</summary>
    public string? Version { get; init; }

    /// <summary>From what to what; <see cref="Memory"/> alone.</summary>
    public MemoryRaise? Raise { get; init; }

    /// <summary>How to undo it; shown first.</summary>
    public required string WayBack { get; init; }
    public required string Why { get; init; }
    public required string Risk { get; init; }

    /// <summary>"usually 4 s (median of 3)", or "no history".</summary>
    public required string Expected { get; init; }
}

/// <summary>An action of the past: how long it took, when it ended.</summary>
public sealed record PastAction(string Kind, Target Target, DateTimeOffset FinishedAt, TimeSpan Took, bool Succeeded)
{
    /// <summary>It was done for practice.</summary>
    public bool Drill { get; init; }
}

/// <summary>What to offer and what not, with the reasons of both. Pure.</summary>
/// <param name="Options">Best first; at most three, and the last is always to page the owner where nothing else is direct.</param>
/// <param name="Notes">Why something obvious is not among them.</param>
public sealed record FixChoice(IReadOnlyList<FixOption> Options, IReadOnlyList<string> Notes)
{
    /// <summary>A restart that did not help does not help so soon again.</summary>
    internal static readonly TimeSpan SecondRestart = TimeSpan.FromMinutes(30);

    public static FixChoice From(FixInput input)
    {
        var options = new List<FixOption>();
        var last = new List<FixOption>();
        var notes = new List<string>();
        var view = new EvidenceView(input.Evidence, input.Catalog, input.Now);

        foreach (var hypothesis in input.Hypotheses)
        {
            var runbook = input.Runbooks.FirstOrDefault(r => r.Name == hypothesis.Runbook);
            if (view.Services.Contains(hypothesis.Service) && ProvenCauses.IsRecovering(view, hypothesis.Service))
            {
                Note($"{hypothesis.Service} is recovering after a crash and answers by itself when it is done; a restart would make it begin again, so none is offered.");
                continue;
            }
            if (hypothesis.Fix is null || options.Concat(last).Any(o => o.Action == hypothesis.Fix && o.Service == hypothesis.Service)) continue;
            if (hypothesis.Fix == FixOption.Rollback)
            {
                var good = input.Good.GetValueOrDefault(hypothesis.Service);
                if (good?.Good is not { } release)
                    Note($"A rollback of {hypothesis.Service} is not offered: no earlier release is known from which nobody had to go back.");
                else
                    options.Add(Rollback(hypothesis, release.Version, good, runbook, input));
            }
            else if (hypothesis.Fix == FixOption.Restart)
            {
                var before = input.Past.Where(p => p.Kind == FixOption.Restart && p.Target.Service == hypothesis.Service && p.Succeeded && input.Now - p.FinishedAt < SecondRestart)
                    .OrderByDescending(p => p.FinishedAt).FirstOrDefault();
                var option = Restart(hypothesis, runbook, input);
                if (before is null) options.Add(option);
                else last.Add(option with { Why = $"{option.Why}. It was restarted {Durations.Text(Rounded(input.Now - before.FinishedAt))} ago already, so this stands last" });
                // What was killed for its memory is killed again, however often it is restarted.
                if (KilledForMemory(hypothesis) && input.Memory.GetValueOrDefault(hypothesis.Service) is { } raise && !options.Any(o => o.Action == FixOption.Memory)) options.Add(Memory(hypothesis, raise, input));
            }
        }

        options = [.. options.Take(last.Count > 0 ? 2 : 3), .. last];
        if (options.Count > 3) options = [.. options.Take(3)];
        if (options.Count == 0) options.Add(Page(input));
        return new(options, notes);

        void Note(string text)
        {
            if (!notes.Contains(text)) notes.Add(text);
        }
    }

    private static FixOption Restart(Hypothesis hypothesis, Runbook? runbook, FixInput input)
    {
        var oom = KilledForMemory(hypothesis);
        var raise = input.Memory.GetValueOrDefault(hypothesis.Service);
        var kind = input.Catalog.Services.GetValueOrDefault(hypothesis.Service)?.Kind;
        return new()
        {
            Action = FixOption.Restart,
            Service = hypothesis.Service,
            WayBack = runbook?.Fix.Action == FixOption.Restart ? runbook.WayBack : "A restart cannot be undone; the version and the data stay as they are.",
            Why = hypothesis.Title + (oom ? $". Raise its memory limit too, {(raise is null ? "by hand" : "which restarts it as well")}, or it will happen again" : ""),
            Risk = runbook?.Fix.Action == FixOption.Restart ? runbook.Risk : kind == ServiceKind.Postgres
                ? "Open connections end; after a crash it first replays its log, which may take minutes." : "Requests that are being served end; caches start cold.",
            Expected = Expected(FixOption.Restart, hypothesis.Service, input),
        };
    }

    private static FixOption Rollback(Hypothesis hypothesis, string version, LastGoodVersion good, Runbook? runbook, FixInput input) => new()
    {
        Action = FixOption.Rollback,
        Service = hypothesis.Service,
        Version = version,
        WayBack = $"Deploy {(good.Undone is [var newest, ..] ? newest.Version : "the version that runs now")} again.",
        Why = hypothesis.Title,
        Risk = runbook?.Fix.Action == FixOption.Rollback ? runbook.Risk
            : good.Undone.Count > 1 ? $"It undoes {good.Undone.Count} releases: {string.Join(", ", good.Undone.Select(r => r.Version))}." : "What the release brought is gone until it is repaired.",
        Expected = Expected(FixOption.Rollback, hypothesis.Service, input),
    };

    private static FixOption Memory(Hypothesis hypothesis, MemoryRaise raise, FixInput input) => new()
    {
        Action = FixOption.Memory,
        Service = hypothesis.Service,
        Raise = raise,
        WayBack = "Set the limit back; the card says the command.",
        Why = hypothesis.Title,
        Risk = $"It starts anew with the higher limit. {PlanChange.StopGap}",
        Expected = Expected(FixOption.Memory, hypothesis.Service, input),
    };

    private static bool KilledForMemory(Hypothesis hypothesis) => hypothesis.For.Any(e => e.Sign == Signs.OomKilled && e.Service == hypothesis.Service);

    private static FixOption Page(FixInput input)
    {
        var service = input.Hypotheses is [var first, ..] ? first.Service : input.Service ?? "";
        return new()
        {
            Action = FixOption.Page,
            Service = service,
            WayBack = "Nothing is changed.",
            Why = input.Hypotheses.Count == 0
                ? "nothing in the evidence says what is broken"
                : $"nothing proves a cause yet; the first suspicion is: {input.Hypotheses[0].Title}",
            Risk = "none",
            Expected = "as long as the owner needs",
        };
    }

    private static string Expected(string kind, string service, FixInput input) =>
        ExpectedDuration.Text([.. input.Past.Where(p => p.Kind == kind && p.Target.Service == service && p.Succeeded && !p.Drill).Select(p => p.Took)]);

    private static TimeSpan Rounded(TimeSpan span) => span.TotalSeconds >= 10 ? TimeSpan.FromSeconds(Math.Round(span.TotalSeconds)) : TimeSpan.FromMilliseconds(Math.Round(span.TotalMilliseconds / 100) * 100);
}

/// <summary>What the choice of a fix is made from.</summary>
public sealed record FixInput
{
    public string? Service { get; init; }
    public required IReadOnlyList<Hypothesis> Hypotheses { get; init; }
    public required IReadOnlyList<Evidence> Evidence { get; init; }
    public required IReadOnlyList<Runbook> Runbooks { get; init; }
    public required ServiceCatalog Catalog { get; init; }

    /// <summary>Actions on the same targets, newest first.</summary>
    public required IReadOnlyList<PastAction> Past { get; init; }

    /// <summary>By service: where a rollback would go.</summary>
    public required IReadOnlyDictionary<string, LastGoodVersion> Good { get; init; }
    public required DateTimeOffset Now { get; init; }

    /// <summary>By service: how far its memory limit could be raised, where its platform can.</summary>
    public IReadOnlyDictionary<string, MemoryRaise> Memory { get; init; } = new Dictionary<string, MemoryRaise>();
}
