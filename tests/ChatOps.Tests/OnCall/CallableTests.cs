using ChatOps.Incidents;
using ChatOps.OnCall;
using ChatOps.Timeline;

namespace ChatOps.Tests.OnCall;

/// <summary>Who is called after whom, and when nobody else is.</summary>
public sealed class CallableTests
{
    private static readonly Incident Incident = new()
    {
        Number = 7, ShortId = "4f2a9c1e", Title = "Nobody can log in", Severity = 1, Status = IncidentStatus.Open, Service = "shop", Environment = "production",
        DeclaredBy = "UANA", DeclaredAt = DateTimeOffset.UnixEpoch, DeclaredIn = "C1", Lead = "UANA",
    };

    [Fact]
    public void First_who_is_named_then_on_call_the_backup_the_rest_one_by_one_and_the_owners_at_once()
    {
        var callable = new Callable { Named = "UNAMED", OnCall = ["U1"], Backup = ["U2"], Rotation = ["U1", "U3", "U4"], Owners = ["U5", "U3", "U6"] };
        var called = new List<string>();
        var order = new List<string>();
        while (callable.Next(called) is { } call)
        {
            order.Add($"{string.Join('+', call.People)}: {call.Why}");
            called.AddRange(call.People);
        }
        order.ShouldBe(["UNAMED: asked for by name", "U1: on call", "U2: the backup", "U3: next in the rotation", "U4: next in the rotation", "U5+U6: answering for the service"]);
    }

    [Fact]
    public void Everyone_in_a_user_group_is_on_call_at_once() =>
        new Callable { OnCall = ["U1", "U2", "U3"] }.Next(["U2"])!.People.ShouldBe(["U1", "U3"]);

    [Fact]
    public void Nobody_is_left_when_all_were_called() => new Callable { OnCall = ["U1"], Rotation = ["U1"], Owners = ["U1"] }.Next(["U1"]).ShouldBeNull();

    [Theory]
    [InlineData(IncidentStatus.Resolved, "the incident is resolved")]
    [InlineData(IncidentStatus.Cancelled, "the incident is cancelled")]
    [InlineData(IncidentStatus.Merged, "the incident is merged")]
    public void An_incident_that_is_over_calls_nobody(IncidentStatus status, string because) =>
        new Page { Lead = "UANA" }.OverBecause(Incident with { Status = status }, [], acted: null).ShouldBe(because);

    [Fact]
    public void Whoever_took_the_lead_since_ends_the_page_and_whoever_had_it_does_not()
    {
        new Page { Lead = "UANA" }.OverBecause(Incident, [], acted: null).ShouldBeNull();
        new Page { Lead = null }.OverBecause(Incident, [], acted: null).ShouldBe("<@UANA> leads");
        new Page { Lead = "UANA" }.OverBecause(Incident, ["UANA"], acted: null).ShouldBe("<@UANA> leads");
        new Page { Lead = null }.OverBecause(Incident with { Lead = TimelineEntry.Bot }, [], acted: null).ShouldBeNull();
    }

    [Fact]
    public void A_page_for_a_question_ends_with_the_question_alone()
    {
        new Page { Lead = null, Question = "action 1" }.OverBecause(Incident, ["UANA"], acted: "UANA").ShouldBeNull();
        new Page { Question = "action 1", QuestionOpen = false }.OverBecause(Incident, [], acted: null).ShouldBe("the question is answered");
    }

    [Fact]
    public void Whoever_began_the_incident_or_asks_for_the_page_need_not_be_called()
    {
        new Page { AskedBy = TimelineEntry.Bot }.LeftOut(Incident with { Lead = "UBEN" }).ShouldBe(["UANA", "UBEN"]);
        new Page { AskedBy = "UEVE" }.LeftOut(Incident).ShouldBe(["UEVE"]);
        new Page { AskedBy = TimelineEntry.Bot, Question = "action 1" }.LeftOut(Incident).ShouldBeEmpty();
    }
}
