using System.Text;
using ChatOps.Diagnosis;
using ChatOps.Platforms;
using ChatOps.Slack.Dispatch;
using ChatOps.Slack.WebApi;
using ChatOps.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatOps.Tests.Diagnosis;

/// <summary>While Postgres is away; and what becomes of it when it is back.</summary>
public sealed class WithoutStorageTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly UnrecordedLooks looks = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private LookWithoutStorage Look(DiagnosisRig rig) => new(rig.Assess, rig.CheckLogs, rig.CheckResources, rig.World.Sources, rig.World.Catalog, rig.Shelf, looks, rig.Client, TimeProvider.System);

    private ImportUnrecorded Import(DiagnosisRig rig) => new(looks, database.Source, rig.Transactions, rig.Timeline, rig.Client, TimeProvider.System, NullLogger<ImportUnrecorded>.Instance);

    private Task<ResponseMessage?> TypeAsync(DiagnosisRig rig, string channel, string channelName, string text) => Look(rig).HandleWithoutStorage(new SlackRequest
    {
        Kind = SlackRequestKind.SlashCommand, Key = "k", Format = SlackBodyFormat.Form, ReceivedAt = TimeProvider.System.GetUtcNow(),
        Body = Encoding.UTF8.GetBytes($"command=%2Fincident&text={Uri.EscapeDataString(text)}&user_id=U0ANA&channel_id={channel}&channel_name={channelName}&response_url=https%3A%2F%2Fx%2F"),
    }, Cancel);

    private Task<ResponseMessage?> PressAsync(DiagnosisRig rig, string actionId, string value, string label) => Look(rig).HandleWithoutStorage(new SlackRequest
    {
        Kind = SlackRequestKind.BlockActions, Key = "k", Format = SlackBodyFormat.Json, ReceivedAt = TimeProvider.System.GetUtcNow(),
        Body = Encoding.UTF8.GetBytes($$$"""
            {"type":"block_actions","user":{"id":"U0ANA"},"channel":{"id":"C001","name":"x"},"container":{"type":"message","channel_id":"C001"},
             "actions":[{"type":"button","action_id":"{{{actionId}}}","value":"{{{value}}}","text":{"type":"plain_text","text":"{{{label}}}"}}]}
            """),
    }, Cancel);

    private static void KillTheDatabase(DiagnosisRig rig)
    {
        rig.World.Status["shop-db"] = new() { State = TargetState.Crashed, LastExit = new(null, 9, true, TimeProvider.System.GetUtcNow(), "OOM killed") };
        rig.World.Checks["shop"] = [("login", false)];
    }

    [Fact]
    public async Task An_assessment_still_runs_and_is_marked_as_not_recorded()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        KillTheDatabase(rig);
        var channel = rig.Slack.Channel("inc-7-login-abcd1234");

        (await TypeAsync(rig, channel.Id, channel.Name, "assess shop")).ShouldBeNull();

        var message = channel.Messages.ShouldHaveSingleItem();
        message.Edits.ShouldBe(1);
        message.Text.ShouldContain("Incident 7: NOT RECORDED: shop-db is not running: OOM killed");
        message.Arguments["metadata"]!["event_type"]!.GetValue<string>().ShouldBe("chatops_unrecorded");
    }

    [Theory]
    [InlineData("logs", "logs")]
    [InlineData("resources shop-db", "resources")]
    public async Task Logs_and_resources_still_run(string text, string step)
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        var channel = rig.Slack.Channel("inc-7-login-abcd1234");

        (await TypeAsync(rig, channel.Id, channel.Name, text)).ShouldBeNull();

        channel.Messages.Single().Arguments["metadata"]!["event_payload"]!["step"]!.GetValue<string>().ShouldBe(step);
    }

    [Fact]
    public async Task A_button_of_a_looking_step_looks_too()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        var channel = rig.Slack.Channel("inc-7-login-abcd1234");

        (await PressAsync(rig, "incident.verb:resources", "resources|7|", "Resources")).ShouldBeNull();

        channel.Messages.Single().Text.ShouldContain("Incident 7: NOT RECORDED");
    }

    [Theory]
    [InlineData("fix.choose:1", "fix|7|restart shop-db", "Restart shop-db", "`p Restart shop-db`")]
    [InlineData("action.confirm", "0b0f8a3e-0000-0000-0000-000000000000", "Restart shop-db", "`p Restart shop-db`")]
    [InlineData("action.confirm", "0b0f8a3e-0000-0000-0000-000000000000", "Roll shop back to v41", "`p RollBack shop v41`")]
    public async Task An_action_is_refused_with_the_command_to_run_by_hand(string actionId, string value, string label, string command)
    {
        await using var rig = await DiagnosisRig.StartAsync(database);

        var answer = (await PressAsync(rig, actionId, value, label))!;

        answer.Text!.ShouldContain("nothing was done");
        answer.Text!.ShouldContain(command);
        rig.World.Calls.ShouldBeEmpty();
        rig.Slack.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("start Login broken", "Open a channel by hand")]
    [InlineData("note we rebooted", "Write it into the channel")]
    [InlineData("resolve", "when I am back")]
    [InlineData("assess shopp", "Did you mean `shop`?")]
    [InlineData("logs --since soon", "is no time")]
    public async Task Anything_else_is_refused_with_what_to_do(string text, string says)
    {
        await using var rig = await DiagnosisRig.StartAsync(database);

        (await TypeAsync(rig, "C001", "general", text))!.Text!.ShouldContain(says);
        rig.Slack.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_the_bot_is_no_member_the_person_alone_gets_the_facts()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        channel.BotIsMember = false;

        (await TypeAsync(rig, channel.Id, channel.Name, "assess shop"))!.Text!.ShouldContain("NOT RECORDED");
    }

    [Fact]
    public async Task What_was_looked_at_is_imported_once_when_the_database_is_back()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        KillTheDatabase(rig);
        var incident = await rig.IncidentAsync();
        var channel = rig.Slack.Channel($"inc-{incident.Number}-login-abcd1234");
        await rig.ScalarAsync<int>("DELETE FROM outbox_destinations WHERE channel_id = @Id; SELECT 0", new { channel.Id });
        await rig.ScalarAsync<int>("INSERT INTO outbox_destinations (key, channel_id) VALUES (@Destination, @Id) ON CONFLICT (key) DO UPDATE SET channel_id = @Id; SELECT 0", new { incident.Destination, channel.Id });
        await TypeAsync(rig, channel.Id, channel.Name, "assess shop");

        await Import(rig).SweepAsync(Cancel);
        looks.MayWait.ShouldBeFalse();
        looks.Posted(channel.Id);
        await Import(rig).SweepAsync(Cancel);

        var evidence = await rig.Evidence.OfIncidentAsync(incident.Number, Cancel);
        evidence.Count(e => e.Sign == Signs.OomKilled).ShouldBe(1);
        evidence.ShouldAllBe(e => e.Data.ContainsKey("asked_at"));
        var entry = (await rig.Timeline.OfIncidentAsync(incident.Number, Cancel)).ShouldHaveSingleItem();
        (entry.Kind, entry.Actor).ShouldBe(("imported", "U0ANA"));
        entry.Text.ShouldContain("shop-db is not running");
    }

    [Fact]
    public void Metadata_of_another_kind_are_none()
    {
        var look = new UnrecordedLook { Id = Guid.NewGuid(), Step = "assess", User = "U0EVIL", At = TimeProvider.System.GetUtcNow(), Sentence = "x", Evidence = [Facts.Down("shop-db", 0)] };

        UnrecordedLook.Of(look.ToMetadata())!.Evidence.ShouldHaveSingleItem().Sign.ShouldBe(Signs.TargetDown);
        UnrecordedLook.Of(look.ToMetadata() with { EventType = "other" }).ShouldBeNull();
    }

    [Fact]
    public void More_evidence_than_metadata_may_hold_keeps_what_is_broken()
    {
        var look = new UnrecordedLook
        {
            Id = Guid.NewGuid(), Step = "assess", User = "U", At = Facts.T0, Sentence = "x",
            Evidence = [.. Enumerable.Range(0, 200).Select(i => Facts.Runs($"s{i}", i)), Facts.Down("shop-db", 0)],
        };

        var metadata = look.ToMetadata();

        metadata.Read("evidence")!.Length.ShouldBeLessThan(5_001);
        UnrecordedLook.Of(metadata)!.Evidence[0].Sign.ShouldBe(Signs.TargetDown);
    }
}
