using ChatOps.PostMortems;
using ChatOps.Tests.Support;
using ChatOps.Timeline;
using static ChatOps.Tests.PostMortems.Outage;

namespace ChatOps.Tests.PostMortems;

public sealed class PostMortemStoreTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly PostMortemRig rig = new(database);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_bot_writes_the_first_version_and_nothing_new_makes_no_second_one()
    {
        var incident = await rig.AddIncidentAsync();
        await rig.WriteAsync(incident);
        await rig.WriteAsync(incident);
        await rig.WriteAsync(incident, Ana);
        (await rig.VersionsAsync(incident)).ShouldBe([(1, "draft", TimelineEntry.Bot)]);
        (await rig.SentAsync("upload", $"incident:{incident}")).Count.ShouldBe(1);
        (await rig.SentAsync("ephemeral", "C0GENERAL")).ShouldContain(s => s.Contains("Nothing is new since version 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_fact_is_a_new_version_with_its_file()
    {
        var incident = await rig.AddIncidentAsync();
        await rig.WriteAsync(incident);
        await rig.NoteAsync(incident, "The report ran at noon");
        await rig.WriteAsync(incident, Ana);
        (await rig.VersionsAsync(incident)).Count.ShouldBe(2);
        (await rig.SentAsync("upload", $"incident:{incident}")).Count.ShouldBe(2);
        var latest = await rig.Store.LatestAsync(incident, Ct);
        latest!.Markdown.ShouldContain("The report ran at noon");
        latest.Find(Sections.Timeline)!.Text.ShouldContain("The report ran at noon");
        (await rig.Timeline.OfIncidentAsync(incident, Ct)).Count(e => e.Kind == TimelineKinds.PostMortem).ShouldBe(2);
    }

    [Fact]
    public async Task A_false_alarm_has_none()
    {
        var incident = await rig.AddIncidentAsync("cancelled");
        await rig.WriteAsync(incident);
        await rig.WriteAsync(incident, Ben);
        (await rig.VersionsAsync(incident)).ShouldBeEmpty();
        (await rig.SentAsync("ephemeral", "C0GENERAL")).ShouldContain(s => s.Contains("a false alarm has no post-mortem", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_person_edited_is_stored_under_their_name_and_stays()
    {
        var incident = await rig.AddIncidentAsync();
        await rig.WriteAsync(incident);
        await rig.EditAsync(incident, 1, Ben, (Sections.Impact, "312 people could not log in."));
        await rig.NoteAsync(incident, "One more thing");
        await rig.WriteAsync(incident);
        (await rig.VersionsAsync(incident)).ShouldBe([(1, "draft", TimelineEntry.Bot), (2, "draft", Ben), (3, "draft", TimelineEntry.Bot)]);
        var impact = (await rig.Store.LatestAsync(incident, Ct))!.Find(Sections.Impact)!;
        (impact.Text, impact.EditedBy).ShouldBe(("312 people could not log in.", Ben));
        (await rig.Store.VersionAsync(incident, 1, Ct))!.Find(Sections.Impact)!.EditedBy.ShouldBeNull();
    }

    [Fact]
    public async Task The_second_editor_gets_both_texts_in_a_message_of_their_own()
    {
        var incident = await rig.AddIncidentAsync();
        await rig.WriteAsync(incident);
        await rig.EditAsync(incident, 1, Ana, (Sections.Fix, "Ana's words"));
        await rig.EditAsync(incident, 1, Ben, (Sections.Fix, "Ben's words"));
        (await rig.VersionsAsync(incident)).Count.ShouldBe(2);
        var told = (await rig.SentAsync("show", Ben)).Where(m => m.Contains("Ana's words", StringComparison.Ordinal)).ShouldHaveSingleItem();
        told.ShouldContain("Ana");
        told.ShouldContain("Ben");
    }

    [Fact]
    public async Task A_person_confirms_the_cause_and_the_incident_and_the_timeline_say_so()
    {
        var incident = await rig.AddIncidentAsync();
        await rig.WriteAsync(incident);
        await rig.ConfirmAsync(incident, confirmedBefore: 0, Ana, "A report without a memory limit");
        var latest = await rig.Store.LatestAsync(incident, Ct);
        latest!.Find(Sections.Cause)!.Text.ShouldStartWith($"A report without a memory limit (confirmed by <@{Ana}> on ");
        (await rig.Timeline.OfIncidentAsync(incident, Ct)).ShouldContain(e => e.Kind == TimelineKinds.CauseConfirmed && e.Actor == Ana);

        // Ben's form is as old as before Ana's confirmation.
        await rig.ConfirmAsync(incident, confirmedBefore: 0, Ben, "Something else");
        (await rig.Store.LatestAsync(incident, Ct))!.Version.ShouldBe(latest.Version);
        (await rig.SentAsync("show", Ben)).ShouldContain(s => s.Contains("Something else", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_the_version_that_was_read_is_marked_reviewed()
    {
        var incident = await rig.AddIncidentAsync();
        await rig.WriteAsync(incident);
        await rig.NoteAsync(incident, "News");
        await rig.WriteAsync(incident);
        await rig.ReviewAsync(incident, 1, Ben);
        (await rig.VersionsAsync(incident)).ShouldAllBe(v => v.State == "draft");
        await rig.ReviewAsync(incident, 2, Ben);
        await rig.ReviewAsync(incident, 2, Ben);
        await rig.WriteAsync(incident);
        (await rig.VersionsAsync(incident)).ShouldBe([(1, "draft", TimelineEntry.Bot), (2, "draft", TimelineEntry.Bot), (3, "reviewed", Ben)]);
        await rig.NoteAsync(incident, "News after the review");
        await rig.WriteAsync(incident);
        (await rig.VersionsAsync(incident))[^1].State.ShouldBe("draft");
    }

    [Fact]
    public async Task Ten_who_write_at_once_write_one_version()
    {
        var incident = await rig.AddIncidentAsync();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => rig.WriteAsync(incident)));
        (await rig.VersionsAsync(incident)).Count.ShouldBe(1);
    }
}
