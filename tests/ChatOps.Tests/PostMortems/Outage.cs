using System.Text.Json;
using ChatOps.Diagnosis;
using ChatOps.Incidents;
using ChatOps.PostMortems;
using ChatOps.Tests.Diagnosis;
using ChatOps.Timeline;

namespace ChatOps.Tests.PostMortems;

/// <summary>The database outage of the demo as its rows would have it: onset 14:00:07, healthy from 14:06:19, resolved 14:12.</summary>
internal static class Outage
{
    public const string Ana = "U0ANA001";
    public const string Ben = "U0BEN002";

    public static readonly IReadOnlyDictionary<string, string> Names = new Dictionary<string, string> { [Ana] = "Ana", [Ben] = "Ben | *the* boss" };

    public static readonly DateTimeOffset T0 = Facts.T0;

    public static DateTimeOffset At(int minute, int second) => T0.AddSeconds((minute * 60) + second);

    public static Incident TheIncident => new()
    {
        Number = 7, ShortId = "abcdef01", Title = "Nobody can log in", Severity = 1, SeverityRule = "SEV1: shop is tier 1 and its login fails", Status = IncidentStatus.Resolved,
        Service = "shop", Environment = "production", DeclaredBy = Ana, DeclaredAt = At(2, 0), DeclaredIn = "C0GENERAL", Lead = Ana,
        OnsetAt = At(0, 7), OnsetSource = "first line of the new error pattern (platform p)", AcknowledgedAt = At(2, 30), MitigatedAt = At(6, 19),
        ResolvedAt = At(12, 0), ResolvedBy = Ana, Cause = "shop-db was killed for want of memory",
    };

    public static PostMortemFacts Facts7 => new()
    {
        Incident = TheIncident,
        Timeline =
        [
            Entry(1, TimelineKinds.Onset, At(0, 7), At(3, 0), TimelineEntry.Bot, "It began: first line of the new error pattern (platform p)"),
            Entry(2, TimelineKinds.Declared, At(2, 0), At(2, 0), Ana, "Declared as SEV1: Nobody can log in"),
            Entry(3, TimelineKinds.StepStarted, At(2, 1), At(2, 1), TimelineEntry.Bot, "Assess started"),
            Entry(4, TimelineKinds.StepFinished, At(2, 4), At(2, 4), TimelineEntry.Bot, "Assess: shop-db is not running"),
            Entry(5, TimelineKinds.ActionProposed, At(5, 2), At(5, 2), Ben, "Proposed to restart shop-db@production"),
            Entry(6, TimelineKinds.ActionConfirmed, At(5, 30), At(5, 30), Ana, "Confirmed: restart shop-db@production"),
            Entry(7, TimelineKinds.OperationFinished, At(5, 36), At(5, 36), Ana, "shop-db runs again"),
            Entry(8, TimelineKinds.HealthBack, At(6, 19), At(11, 19), TimelineEntry.Bot, "Healthy again"),
            Entry(9, TimelineKinds.Note, At(6, 0), At(6, 0), Ben, "The nightly report ran at noon"),
            Entry(10, TimelineKinds.Resolved, At(12, 0), At(12, 0), Ana, "Resolved"),
            Entry(11, TimelineKinds.PostMortem, At(12, 1), At(12, 1), TimelineEntry.Bot, "Post-mortem, version 1: written from the timeline"),
        ],
        Steps =
        [
            Step(1, "assess", TimelineEntry.Bot, At(2, 1), "shop-db is not running", Dead),
            Step(2, "logs", Ana, At(3, 0), "ECONNREFUSED 5432 is new, 412 times", Dead),
            Step(3, "resources", Ana, At(4, 0), "shop-db NOT RUNNING, OOM killed", Dead, Release),
            Step(4, "fix", Ben, At(5, 0), "best is to restart shop-db", Dead, Release),
            Step(5, "verify", Ana, At(6, 30), "GO: login, ready pass, nothing fails") with { Passed = true },
        ],
        Evidence =
        [
            Facts.Deploy("shop", -180),
            Facts.Fact(Signs.NewErrorPattern, "shop", 0.12, Weight.Bad, "shop: ECONNREFUSED 5432 | `boom`"),
            Facts.Oom("shop-db", 0.1) with { Link = "https://grafana.example/d/1?(x)=y" },
            Facts.Down("shop-db", 0.1),
            Facts.ProbeFails("shop", 0.5),
            Facts.Fact(Signs.NoAnswer, "pay", 2, Weight.Warning, "no answer from platform p about pay in 5 s"),
            Facts.Fact(Signs.LastWords, "shop-db", 5.5, Weight.Info, "LOG: server process was terminated by signal 9 password=hunter2secret"),
            Facts.ProbeIsHealthy("shop", 6.4),
        ],
        Operations = [new(3, "restart", "shop-db@production", "succeeded", Ana, At(5, 30), At(5, 31), At(5, 36), "shop-db runs again.")],
        Probes = [new("shop@production login", Healthy: false, At(2, 2)), .. Enumerable.Range(0, 13).Select(i => new ProbeAnswer("shop@production login", Healthy: true, At(6, 19).AddSeconds(30 * i)))],
        Catalog = Facts.World,
        Runbooks = Facts.Books,
    };

    private static RankedCause Dead => new("database-out-of-memory", "shop-db was killed for want of memory", "shop-db", 900, "restart", "database-out-of-memory", ["shop-db was OOM killed", "shop-db NOT RUNNING"], []);

    private static RankedCause Release => new("bad-release", "release v43 of shop", "shop", 300, "rollback", "bad-release", ["shop: deploy of v43"], ["it ran well for 3 h"]);

    public static StepFact Step(long id, string step, string by, DateTimeOffset at, string outcome, params RankedCause[] suspects) => new(id, step, by, at, at.AddSeconds(3), outcome, Passed: null, suspects);

    public static TimelineEntry Entry(long id, string kind, DateTimeOffset at, DateTimeOffset recorded, string actor, string text) =>
        new() { Id = id, Incident = 7, Kind = kind, At = at, RecordedAt = recorded, Actor = actor, Text = text, Data = JsonSerializer.SerializeToElement(new { }) };

    public static PostMortem Version(PostMortemFacts facts, PostMortem? before = null) => Version(WritePostMortem.From(facts, before), (before?.Version ?? 0) + 1);

    public static PostMortem Version(IReadOnlyList<Section> sections, int version) => new()
    {
        Incident = 7, Version = version, State = PostMortemState.Draft, Sections = sections, Markdown = "", MadeBy = TimelineEntry.Bot, MadeAt = At(13, version),
    };

    public static string Text(PostMortemFacts facts, string section) => WritePostMortem.From(facts, before: null).First(s => s.Name == section).Text;

    public static string Markdown(PostMortemFacts facts) => WritePostMortem.Markdown(facts.Incident, WritePostMortem.From(facts, before: null), reviewed: null, Names);
}
