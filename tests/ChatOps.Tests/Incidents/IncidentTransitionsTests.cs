using ChatOps.Incidents;
using ChatOps.Slack.Blocks;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Incidents;

public sealed class IncidentTransitionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    internal static Incident In(IncidentStatus status, int? severity = 1) => new()
    {
        Number = 7, ShortId = "4f2a9c1e", Title = "Nobody can log in", Severity = status == IncidentStatus.Triage ? null : severity, Status = status, Service = "shop",
        Environment = "production", DeclaredBy = "U0ANA", DeclaredAt = Now, DeclaredIn = "C0GENERAL", CancelledReason = status == IncidentStatus.Cancelled ? "a test" : null,
    };

    [Fact]
    public void Whoever_is_given_the_lead_of_an_open_incident_that_nobody_had_acknowledges_it_by_that_and_once()
    {
        var at = DateTimeOffset.UnixEpoch.AddHours(1);
        var alerted = In(IncidentStatus.Open) with { Lead = null, AcknowledgedAt = null };
        var taken = IncidentTransitions.Assign(alerted, IncidentRole.Lead, "U0BEN", "ben", at).Incident!;
        taken.AcknowledgedAt.ShouldBe(at);
        IncidentTransitions.Assign(taken, IncidentRole.Lead, "U0CARLA", "carla", at.AddHours(1)).Incident!.AcknowledgedAt.ShouldBe(at);
        IncidentTransitions.Assign(alerted, IncidentRole.Comms, "U0BEN", "ben", at).Incident!.AcknowledgedAt.ShouldBeNull("who tells those outside does not take it");
        IncidentTransitions.Assign(alerted with { Status = IncidentStatus.Triage }, IncidentRole.Lead, "U0BEN", "ben", at).Incident!.AcknowledgedAt.ShouldBeNull("a triage is acknowledged by accepting it");
    }

    [Fact]
    public void Of_two_updates_written_at_once_the_later_one_stays_whichever_is_kept_first()
    {
        var later = IncidentTransitions.Update(In(IncidentStatus.Open), "the later", "U0BEN", Now.AddHours(1), Now.AddMilliseconds(1)).Incident!;
        var both = IncidentTransitions.Update(later, "the earlier", "U0ANA", null, Now).Incident!;
        (both.LastUpdate, both.LastUpdateBy, both.UpdateDueAt).ShouldBe(("the later", "U0BEN", Now.AddHours(1)));
    }

    [Fact]
    public void Whoever_accepts_leads_and_the_triage_ends()
    {
        var after = IncidentTransitions.Accept(In(IncidentStatus.Triage), "U0BEN", 1, Now).Incident!;
        (after.Status, after.Severity, after.Lead, after.AcknowledgedAt).ShouldBe((IncidentStatus.Open, 1, "U0BEN", Now));
    }

    [Theory]
    [InlineData(IncidentStatus.Open)]
    [InlineData(IncidentStatus.Watching)]
    public void Accepting_twice_changes_nothing(IncidentStatus status) => IncidentTransitions.Accept(In(status) with { Lead = "U0ANA" }, "U0BEN", 2, Now).Refusal!.Code.ShouldBe("already-accepted");

    [Theory]
    [InlineData(IncidentStatus.Open)]
    [InlineData(IncidentStatus.Watching)]
    public void What_an_alert_opened_is_led_by_whoever_takes_it(IncidentStatus status)
    {
        var after = IncidentTransitions.Accept(In(status), "U0BEN", 2, Now).Incident!;
        (after.Status, after.Severity, after.Lead, after.AcknowledgedAt).ShouldBe((status, 2, "U0BEN", Now));
    }

    [Fact]
    public void What_nobody_accepted_is_not_resolved() => IncidentTransitions.Resolve(In(IncidentStatus.Triage), "U0ANA", "restarted", Now).Refusal!.Code.ShouldBe("not-accepted");

    [Theory]
    [InlineData(IncidentStatus.Resolved)]
    [InlineData(IncidentStatus.Cancelled)]
    [InlineData(IncidentStatus.Merged)]
    [InlineData(IncidentStatus.Closed)]
    public void What_is_over_stays_as_it_is_and_the_refusal_says_what_to_do(IncidentStatus status)
    {
        var incident = In(status);
        foreach (var transition in (Transition[])
            [
                IncidentTransitions.Accept(incident, "U0BEN", 2, Now), IncidentTransitions.Cancel(incident, "no"), IncidentTransitions.Resolve(incident, "U0BEN", null, Now),
                IncidentTransitions.ChangeSeverity(incident, 2), IncidentTransitions.Watch(incident, Now),
            ])
        {
            transition.Incident.ShouldBeNull();
            transition.Refusal!.Sentence.ShouldEndWith(".");
        }
    }

    [Fact]
    public void The_messages_of_an_incident_are_ones_that_slack_takes_whatever_people_wrote()
    {
        Prop.ForAll<NonNull<string>, NonNull<string>>((title, cause) =>
        {
            foreach (var status in Enum.GetValues<IncidentStatus>())
            {
                var incident = In(status) with { Title = title.Get + new string('x', 200) + "<!channel>", Cause = cause.Get, Resolution = cause.Get, ResolvedAt = Now, ResolvedBy = "U0ANA", OnsetAt = Now, OnsetSource = title.Get };
                foreach (var message in (Message[])[SummaryMessages.Summary(incident, IncidentFacts.None), IncidentMessages.Announcement(incident, "<#C0INC>"), IncidentPicker.List([incident], [incident])])
                {
                    BlockValidation.Check(message).ShouldBeEmpty();
                    System.Text.Json.JsonSerializer.Serialize(message.Blocks!.Where(b => b is not HeaderBlock), ChatOps.Slack.SlackJson.Options).ShouldNotContain("<!channel>");
                }
            }
        }).QuickCheckThrowOnFailure();
    }
}
