using ChatOps.Diagnosis;
using ChatOps.Incidents;
using ChatOps.PostMortems;
using ChatOps.Timeline;
using static ChatOps.Tests.PostMortems.Outage;

namespace ChatOps.Tests.PostMortems;

public sealed class WritePostMortemTests
{
    [Fact]
    public void The_first_five_lines_give_impact_cause_fix_downtime_and_prevention()
    {
        var lines = Markdown(Facts7).Split('\n');
        lines[0].ShouldBe("# Incident 7: Nobody can log in");
        lines[2].ShouldStartWith("- **Impact:** SEV1: shop is tier 1 and its login fails. Failing: shop-db (not running), shop (login).");
        lines[3].ShouldBe("- **Cause:** suspected by ChatOps: shop-db was killed for want of memory, because shop-db was OOM killed; shop-db NOT RUNNING.");
        lines[4].ShouldBe("- **Fix:** restart of shop-db@production, pressed by @Ana, done 2026-11-03 14:05:36 UTC.");
        lines[5].ShouldStartWith("- **Downtime:** 6 min 12 s: it began 2026-11-03 14:00:07 UTC (first line of the new error pattern (platform p)) and was over 14:06:19 UTC");
        lines[5].ShouldContain("Detected to resolved: 10 min 00 s.");
        lines[6].ShouldStartWith("- **Prevention:** Set its memory limit from work\\_mem".Replace("\\_", "_", StringComparison.Ordinal));
    }

    [Fact]
    public void Sections_stand_in_their_order()
    {
        var headings = Markdown(Facts7).Split('\n').Where(l => l.StartsWith("## ", StringComparison.Ordinal)).Select(l => l[3..]);
        headings.ShouldBe(["Timeline", "Times", "Evidence", "What fixed it and what was tried", "Contributing factors", "Prevention", "People", "Action items", "Still blank"]);
    }

    [Fact]
    public void The_timeline_holds_every_step_by_name_once_and_in_order()
    {
        var steps = Text(Facts7, Sections.Timeline).Split('\n').Where(l => l.Contains("**", StringComparison.Ordinal)).Select(l => l.Split("**")[1]);
        steps.ShouldBe(["assess", "logs", "resources", "fix", "verify"]);
    }

    [Fact]
    public void What_was_written_down_late_shows_both_times() =>
        Text(Facts7, Sections.Timeline).ShouldContain("- 2026-11-03 14:06:19 (written down 14:11:19) · ChatOps · Healthy again");

    [Fact]
    public void What_the_post_mortem_itself_left_in_the_record_is_not_told() => Text(Facts7, Sections.Timeline).ShouldNotContain("version 1");

    [Fact]
    public void Downtime_and_handling_are_two_figures_each_with_its_source()
    {
        var times = Text(Facts7, Sections.Times);
        times.ShouldContain("| Onset | 2026-11-03 14:00:07 | first line of the new error pattern (platform p) |");
        times.ShouldContain("| Onset | mitigated | **downtime**: 6 min 12 s |");
        times.ShouldContain("| Detected | resolved | 10 min 00 s |");
    }

    [Fact]
    public void While_the_downtime_is_not_measured_it_says_so()
    {
        var facts = Facts7 with { Incident = TheIncident with { MitigatedAt = null } };
        Text(facts, Sections.Downtime).ShouldStartWith("not measured yet: it began 2026-11-03 14:00:07 UTC");
        Text(facts, Sections.Downtime).ShouldContain("healthy since 14:06:19 UTC");
        Text(facts, Sections.Times).ShouldContain("| Mitigated | not measured yet |  |");
        Text(facts, Sections.Blank).ShouldContain("- Downtime: it is not measured yet.");
    }

    [Fact]
    public void Without_an_onset_nothing_is_guessed()
    {
        var facts = Facts7 with { Incident = TheIncident with { OnsetAt = null, OnsetSource = null, MitigatedAt = null } };
        Text(facts, Sections.Downtime).ShouldBe("not known: nothing recorded says when it began. Detected to resolved: 10 min 00 s.");
        Text(facts, Sections.Blank).ShouldContain("- Onset: when it began.");
    }

    [Fact]
    public void Nothing_recorded_is_a_document_that_says_so()
    {
        var bare = Facts7 with { Timeline = [], Steps = [], Evidence = [], Operations = [], Probes = [], Incident = TheIncident with { Cause = null, Lead = null, Severity = null, SeverityRule = null } };
        Text(bare, Sections.Cause).ShouldStartWith("not known");
        Text(bare, Sections.Fix).ShouldStartWith("not recorded");
        Text(bare, Sections.Blank).ShouldContain("Cause: nobody has named one.");
    }

    [Fact]
    public void A_confirmed_cause_names_the_person_and_the_time()
    {
        var facts = Facts7 with { Incident = TheIncident with { Cause = "The report had no memory limit.", CauseConfirmedBy = Ben, CauseConfirmedAt = At(20, 0) } };
        Text(facts, Sections.Cause).ShouldBe($"The report had no memory limit (confirmed by <@{Ben}> on 2026-11-03 14:20:00 UTC).");
        Text(facts, Sections.Blank).ShouldNotContain("Cause:");
    }

    [Fact]
    public void The_leading_cause_is_that_of_before_the_repair()
    {
        var facts = Facts7 with
        {
            Incident = TheIncident with { Cause = null },
            Steps = [.. Facts7.Steps, Step(6, "assess", Ana, At(8, 0), "all healthy", new RankedCause("traffic-spike", "more traffic", "shop", 100, null, "traffic-spike", ["traffic"], []))],
        };
        facts.Leading!.Cause.ShouldBe("database-out-of-memory");
    }

    [Fact]
    public void Factors_are_other_causes_with_reasons_changes_of_the_day_before_and_silence()
    {
        var factors = Text(Facts7, Sections.Factors);
        factors.ShouldContain("- Also considered: release v43 of shop. For it: shop: deploy of v43. Against it: it ran well for 3 h.");
        factors.ShouldContain("- Changed 3 h 00 min 07 s before it began: shop: deploy of v43");
        factors.ShouldContain("- Did not answer: no answer from platform p about pay in 5 s");
        factors.ShouldNotContain("killed for want of memory");
    }

    [Fact]
    public void Prevention_comes_from_the_runbook_and_from_what_was_missing()
    {
        var prevention = Text(Facts7, Sections.Prevention);
        prevention.ShouldContain("(runbook database-out-of-memory)");
        prevention.ShouldContain("Give pay a check in chatops.yaml.");
        prevention.ShouldContain("Find out why platform p was silent.");
        Text(Facts7, Sections.Actions).ShouldContain("- [ ] Give pay a check in chatops.yaml. Owner: nobody yet (proposed by ChatOps).");
    }

    [Fact]
    public void People_are_those_who_did_something()
    {
        var people = Text(Facts7, Sections.People);
        people.ShouldContain($"- Declared: <@{Ana}>");
        people.ShouldContain($"- Pressed: <@{Ana}>");
        people.ShouldContain($"- Noted: <@{Ben}>");
        people.ShouldNotContain("ChatOps");
    }

    [Fact]
    public void A_secret_in_the_evidence_does_not_reach_the_document() => Markdown(Facts7).ShouldNotContain("hunter2secret");

    [Fact]
    public void Evidence_has_its_source_its_time_and_its_link() =>
        Text(Facts7, Sections.Evidence).ShouldContain("- 2026-11-03 14:00:06 · shop-db · shop-db was OOM killed · platform p · [open](https://grafana.example/d/1?%28x%29=y)");

    [Fact]
    public void The_same_facts_are_the_same_text() => Markdown(Facts7).ShouldBe(Markdown(Facts7));

    [Fact]
    public void Texts_of_people_and_logs_are_letters_and_nothing_else()
    {
        const string Evil = "# x | <!channel> `a` **b** [c](http://d) <@U0EVIL99|eve>\n## Timeline\n| - | <script>";
        var facts = Facts7 with
        {
            Incident = TheIncident with { Title = Evil, Resolution = Evil, Cause = Evil, OnsetSource = Evil, SeverityRule = null },
            Timeline = [Entry(1, TimelineKinds.Note, At(1, 0), At(1, 0), Ana, Evil)],
            Operations = [Facts7.Operations[0] with { Outcome = Evil }],
        };
        var markdown = Markdown(facts);
        var lines = markdown.Split('\n');
        lines.Count(l => l.StartsWith("## ", StringComparison.Ordinal)).ShouldBe(9);
        lines.Count(l => l.StartsWith("# ", StringComparison.Ordinal)).ShouldBe(1);
        markdown.Replace("\\<", "", StringComparison.Ordinal).ShouldNotContain("<");
        markdown.ShouldContain("@eve");
        foreach (var row in Text(facts, Sections.Times).Split('\n').Where(l => l.Length > 0))
            row.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|').ShouldBe(4, row);
        markdown.ShouldContain("@Ben \\| \\*the\\* boss");
    }

    [Theory]
    [InlineData(IncidentStatus.Cancelled, "a false alarm has no post-mortem")]
    [InlineData(IncidentStatus.Merged, "merged into another one")]
    public void Who_is_no_incident_any_more_has_none(IncidentStatus status, string reason) =>
        PostMortemMessages.Refusal(TheIncident with { Status = status })!.ShouldContain(reason);

    [Fact]
    public void Whoever_came_is_named_among_the_people_whether_invited_or_not()
    {
        var facts = Facts7 with
        {
            Timeline =
            [
                .. Facts7.Timeline,
                Entry(12, TimelineKinds.Joined, At(3, 0), At(3, 0), TimelineEntry.Bot, "Invited <@U0CARLA001>") with { Part = "C0INC7 1795726104.000100 U0CARLA001" },
                Entry(13, TimelineKinds.Joined, At(3, 1), At(3, 1), "U0DMITRI01", "Joined") with { Part = "C0INC7 1795726105.000100 U0DMITRI01" },
            ],
        };
        Text(facts, Sections.People).ShouldContain("- Joined: <@U0CARLA001>, <@U0DMITRI01>");
    }

    [Fact]
    public void A_resolved_incident_may_have_one() => PostMortemMessages.Refusal(TheIncident).ShouldBeNull();
}
