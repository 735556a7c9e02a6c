using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.OnCall;
using ChatOps.OnCall.PagerDuty;
using ChatOps.Slack.Blocks;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.OnCall;

public sealed class OnCallMessagesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);
    private static readonly string[] ManyPeople = [.. Enumerable.Range(0, 300).Select(i => $"U{i:D8}")];

    private static readonly Incident Incident = new()
    {
        Number = 7, ShortId = "4f2a9c1e", Title = "Nobody can log in", Severity = 1, Status = IncidentStatus.Open, Service = "shop", Environment = "production",
        DeclaredBy = "UANA", DeclaredAt = Now, DeclaredIn = "C1", Lead = "UANA",
    };

    [Fact]
    public void Slack_takes_the_messages_whatever_people_wrote_and_however_many_are_called() => Prop.ForAll<NonNull<string>>(text =>
    {
        var hostile = text.Get + new string('&', 3_000) + "<!channel>";
        var page = new Page { Id = 3, Incident = 7, Reason = hostile };
        var incident = Incident with { Title = hostile };
        ShiftOverride[] swaps = [.. Enumerable.Range(1, 80).Select(i => new ShiftOverride { Id = i, Schedule = "s", Person = "U1", AskedBy = "U2", From = Now, Until = Now.AddHours(1), Why = hostile, State = OverrideState.Offered })];
        ScheduleNow[] schedules = [.. Enumerable.Range(1, 80).Select(i => new ScheduleNow { Rotation = new Rotation { Name = $"schedule-{i}", Services = [.. Enumerable.Range(0, 80).Select(s => $"service-{s}")] }, People = ManyPeople, Unknown = [hostile, hostile] })];
        foreach (var message in (Message[])
            [
                PageMessages.InChannel(page, incident, ManyPeople, "on call", TimeSpan.FromMinutes(5), over: null), PageMessages.Direct(page, incident, "on call", TimeSpan.FromMinutes(5), "over"),
                PageMessages.Unanswered(page, incident, ManyPeople, [hostile, hostile]), PageMessages.Acknowledged(incident, "UBEN", where: ""), PageMessages.AcknowledgedElsewhere(incident, hostile),
                OnCallMessages.Now(schedules, swaps, "oncall", "U1"), OnCallMessages.Offer(swaps[0]), OnCallMessages.Taken(swaps[0]),
            ])
        {
            BlockValidation.Check(message).ShouldBeEmpty();
            System.Text.Json.JsonSerializer.Serialize(message, ChatOps.Slack.SlackJson.Options).ShouldNotContain("<!channel>");
        }
    }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(50));

    [Fact]
    public void A_phone_shows_what_it_is_about_in_the_first_120_characters()
    {
        var page = new Page { Id = 3, Incident = 7, Reason = "It is SEV1." };
        PageMessages.InChannel(page, Incident, ["U0CARLA001"], "on call", TimeSpan.FromMinutes(5), over: null).Text[..120].ShouldContain("<@U0CARLA001> (on call): Incident 7 · SEV1 · open needs you. It is SEV1.");
        PageMessages.Unanswered(page, Incident, ["U1"], []).Text[..80].ShouldContain("<@UANA> Incident 7 · SEV1 · open: nobody answered the page");
    }

    [Fact]
    public void PagerDuty_learns_nothing_of_what_a_private_incident_is_about()
    {
        var told = PagerEvent.Of(Incident with { Private = true }, PagerAction.Trigger, "a reason");
        told.ToString().ShouldNotContain("log in");
        told.ToString().ShouldNotContain("a reason");
        told.Source.ShouldBe("chatops");
        told.DedupKey.ShouldBe("chatops-7-4f2a9c1e");
    }

    [Fact]
    public void Forms_are_ones_that_Slack_takes()
    {
        var call = new IncidentCall { Verb = "page", Arguments = "", UserId = "U1", ChannelId = "C1", Incident = Incident };
        BlockValidation.Check(OnCallForms.Page(call)).ShouldBeEmpty();
        BlockValidation.Check(OnCallForms.Swap(call, [.. Enumerable.Range(0, 200).Select(i => new Rotation { Name = $"schedule-{i}" })], "schedule-3")).ShouldBeEmpty();
    }
}
