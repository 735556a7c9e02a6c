using ChatOps.Catalog;
using ChatOps.Diagnosis;
using ChatOps.Runbooks;

namespace ChatOps.Tests.Diagnosis;

/// <summary>A small catalog and short ways to say facts about it: shop needs pay and shop-db; pay needs pay-db.</summary>
internal static class Facts
{
    public static readonly DateTimeOffset T0 = new(2026, 11, 3, 14, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset At(double minutes) => T0.AddMinutes(minutes);

    public static readonly ServiceCatalog World = new()
    {
        Environments = ["staging", "production"],
        Platforms = new Dictionary<string, PlatformDefinition>(),
        Services = new[]
        {
            Service("shop", ServiceKind.Web, 1, "pay", "shop-db"),
            Service("pay", ServiceKind.Web, 2, "pay-db"),
            Service("shop-db", ServiceKind.Postgres, 1),
            Service("pay-db", ServiceKind.Postgres, 2),
            Service("mailer", ServiceKind.Worker, 4),
        }.ToDictionary(s => s.Name),
    };

    public static readonly IReadOnlyList<Runbook> Books = ReadRunbooks();

    public static Evidence Down(string service, double at, string state = "Crashed") => Fact(Signs.TargetDown, service, at, Weight.Bad, $"{service} NOT RUNNING", ("state", state));

    public static Evidence Oom(string service, double at) => Fact(Signs.OomKilled, service, at, Weight.Bad, $"{service} was OOM killed");

    public static Evidence Runs(string service, double at) => Fact(Signs.TargetRunning, service, at, Weight.Good, $"{service} runs", ("state", "Running"));

    public static Evidence ProbeFails(string service, double at, string probe = "login", string detail = "500") =>
        Fact(Signs.ProbeFailed, service, at, Weight.Bad, $"{service} {probe} FAILS: {detail}", ("probe", probe), ("detail", detail)) with { Source = $"probe {probe}" };

    public static Evidence ProbeIsHealthy(string service, double at, string probe = "login") =>
        Fact(Signs.ProbeHealthy, service, at, Weight.Good, $"{service} {probe} is healthy", ("probe", probe)) with { Source = $"probe {probe}" };

    public static Evidence Deploy(string service, double at, string version = "v43", string before = "v42") =>
        Fact(Signs.Deployed, service, at, Weight.Info, $"{service}: deploy of {version}", ("kind", "deploy"), ("version", version), ("before", before));

    public static Evidence NewPattern(string service, double at, string template = "TypeError: x is not a function", string? absentUnder = null) =>
        Fact(Signs.NewErrorPattern, service, at, Weight.Bad, $"{service}: {template}", absentUnder is null ? [("template", template)] : [("template", template), ("absent_under", absentUnder)]);

    public static Evidence Fact(string sign, string service, double at, Weight weight, string text, params (string Key, string Value)[] data) => new()
    {
        Sign = sign, Service = service, At = At(at), Weight = weight, Text = text, Source = "platform p", Data = data.ToDictionary(d => d.Key, d => d.Value),
    };

    public static IReadOnlyList<Hypothesis> Rank(params Evidence[] evidence) => Hypotheses.Rank(evidence, Books, World, At(300));

    public static string RunbooksFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ChatOps.sln"))) folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "runbooks");
    }

    private static Service Service(string name, ServiceKind kind, int tier, params string[] needs) => new()
    {
        Name = name, Kind = kind, Tier = tier, DependsOn = needs, Owner = "U0OWNER",
        Environments = new Dictionary<string, ServiceEnvironment> { ["production"] = new() { Platform = "p", PlatformName = name } },
    };

    private static IReadOnlyList<Runbook> ReadRunbooks()
    {
        var (runbooks, mistakes) = RunbookReader.ReadFolder(RunbooksFolder());
        return mistakes.Count == 0 ? runbooks : throw new InvalidOperationException(string.Join('\n', mistakes));
    }
}
