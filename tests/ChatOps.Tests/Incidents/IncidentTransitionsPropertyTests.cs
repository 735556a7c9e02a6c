using ChatOps.Incidents;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Incidents;

/// <summary>Whatever people do in whatever order, no incident becomes one that cannot be.</summary>
public sealed class IncidentTransitionsPropertyTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    /// <summary>Everything that may happen to an incident; the number chooses among persons, severities and other incidents.</summary>
    private static Transition Do(Incident incident, int what, int which, DateTimeOffset now)
    {
        string[] people = ["U0ANA", "U0BEN", "U0CARLA"];
        var person = people[which % people.Length];
        return what switch
        {
            0 => IncidentTransitions.Accept(incident, person, (which % 4) + 1, now, person),
            1 => IncidentTransitions.Cancel(incident, "no"),
            2 => IncidentTransitions.ChangeSeverity(incident, (which % 4) + 1),
            3 => IncidentTransitions.Watch(incident, now.AddMinutes(15)),
            4 => IncidentTransitions.ReopenQuestion(incident),
            5 => IncidentTransitions.Resolve(incident, person, which % 2 == 0 ? "restarted" : null, now),
            6 => IncidentTransitions.Reopen(incident, now),
            7 => IncidentTransitions.Assign(incident, IncidentRoles.All[which % 3], which % 5 == 0 ? null : person, person, now),
            8 => IncidentTransitions.Update(incident, "text", person, which % 2 == 0 ? now.AddMinutes(30) : null, now),
            9 => IncidentTransitions.Merge(incident, Other((IncidentStatus)(which % 7)) with { Private = which % 3 == 0, Number = which % 9 == 0 ? incident.Number : 8 }),
            10 => IncidentTransitions.Assign(incident, IncidentRole.Lead, person, person, now),
            _ => IncidentTransitions.Accept(incident, person, 2, now),
        };
    }

    private static Incident Other(IncidentStatus status) => IncidentTransitionsTests.In(status) with { Number = 8, MergedInto = status == IncidentStatus.Merged ? 9 : null };

    [Fact]
    public void No_sequence_of_transitions_leaves_an_impossible_incident()
    {
        var reached = new HashSet<IncidentStatus>();
        Prop.ForAll(Sequences(), sequence =>
        {
            var incident = IncidentTransitionsTests.In(IncidentStatus.Triage) with { Private = sequence.Length % 2 == 0 };
            var now = Start;
            foreach (var (what, which) in sequence)
            {
                now = now.AddHours(which % 20);
                var before = incident;
                var (after, refusal) = Do(incident, what, which, now);
                (after is null).ShouldBe(refusal is not null);
                if (refusal is not null)
                {
                    refusal.Code.ShouldNotBeEmpty();
                    refusal.Sentence.ShouldMatch(@"[.`]$");
                    continue;
                }
                incident = after!;
                reached.Add(incident.Status);
                Possible(incident);
                // What ended stays ended, but for a reopening.
                if (!before.IsOpen && what != 6) incident.Status.ShouldBe(before.Status);
                if (before.Status is IncidentStatus.Cancelled or IncidentStatus.Merged) incident.ShouldBe(before);
                (incident.Number, incident.Private, incident.Drill, incident.DeclaredAt, incident.DeclaredBy).ShouldBe((before.Number, before.Private, before.Drill, before.DeclaredAt, before.DeclaredBy));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
        // Sequences that lead nowhere would prove nothing.
        reached.ShouldBe([IncidentStatus.Triage, IncidentStatus.Open, IncidentStatus.Watching, IncidentStatus.Resolved, IncidentStatus.Cancelled, IncidentStatus.Merged], ignoreOrder: true);
    }

    private static Arbitrary<(int What, int Which)[]> Sequences() =>
        Gen.Choose(0, 11).SelectMany(what => Gen.Choose(0, 999).Select(which => (what, which))).ArrayOf(40).ToArbitrary();

    private static void Possible(Incident incident)
    {
        if (incident.Severity is { } severity) severity.ShouldBeInRange(1, 4);
        (incident.Severity is null).ShouldBe(incident.AcknowledgedAt is null, "a severity comes with the accepting");
        if (incident.AcknowledgedAt is not null) incident.Lead.ShouldNotBeNull("somebody leads what was accepted");
        if (incident.Status is IncidentStatus.Open or IncidentStatus.Watching or IncidentStatus.Resolved) incident.Severity.ShouldNotBeNull();
        (incident.Status == IncidentStatus.Merged).ShouldBe(incident.MergedInto is not null);
        (incident.MergedInto == incident.Number).ShouldBeFalse("it goes on in itself");
        (incident.Status == IncidentStatus.Cancelled).ShouldBe(incident.CancelledReason is not null);
        (incident.Status == IncidentStatus.Resolved).ShouldBe(incident.ResolvedAt is not null);
        (incident.ResolvedAt is null).ShouldBe(incident.ResolvedBy is null);
        if (incident.WatchUntil is not null) incident.Status.ShouldBe(IncidentStatus.Watching);
        if (incident.UpdateDueAt is not null) incident.IsOpen.ShouldBeTrue("an update is promised of what is over");
        if (incident.LastUpdate is not null) (incident.LastUpdateBy is null || incident.LastUpdateAt is null).ShouldBeFalse();
    }

    [Theory]
    [InlineData(IncidentStatus.Resolved, "into-ended")]
    [InlineData(IncidentStatus.Closed, "into-ended")]
    [InlineData(IncidentStatus.Cancelled, "into-ended")]
    [InlineData(IncidentStatus.Merged, "into-merged")]
    public void Nothing_is_merged_into_what_is_over(IncidentStatus status, string code) =>
        IncidentTransitions.Merge(IncidentTransitionsTests.In(IncidentStatus.Open), Other(status)).Refusal!.Code.ShouldBe(code);

    [Theory]
    [InlineData(true, false, false, "private-into-public")]
    [InlineData(false, true, false, "public-into-private")]
    [InlineData(false, false, true, "drill")]
    public void What_is_seen_by_others_or_counted_otherwise_is_not_united(bool isPrivate, bool intoPrivate, bool drill, string code) =>
        IncidentTransitions.Merge(IncidentTransitionsTests.In(IncidentStatus.Open) with { Private = isPrivate, Drill = drill }, Other(IncidentStatus.Open) with { Private = intoPrivate }).Refusal!.Code.ShouldBe(code);

    [Fact]
    public void What_was_over_for_long_gets_an_incident_of_its_own()
    {
        var over = IncidentTransitionsTests.In(IncidentStatus.Resolved) with { ResolvedAt = Start };
        IncidentTransitions.Reopen(over, Start + IncidentTransitions.ReopenWithin).Incident!.Status.ShouldBe(IncidentStatus.Open);
        IncidentTransitions.Reopen(over, Start + IncidentTransitions.ReopenWithin + TimeSpan.FromSeconds(1)).Refusal!.Code.ShouldBe("too-old");
    }
}
