using ChatOps.PostMortems;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;
using static ChatOps.Tests.PostMortems.Outage;

namespace ChatOps.Tests.PostMortems;

public sealed class PostMortemMessagesTests
{
    private static readonly HashSet<string> People = [Ana, Ben];

    private static PostMortemFacts Huge
    {
        get
        {
            var long1 = new string('&', 10_000) + " <!channel> " + new string('字', 10_000);
            return Facts7 with
            {
                Incident = TheIncident with { Title = long1, Resolution = long1, Cause = long1, OnsetSource = long1, SeverityRule = null },
                Timeline = [.. Enumerable.Range(0, 300).Select(i => Entry(i, TimelineKinds.Note, At(1, i), At(1, i), Ana, long1))],
            };
        }
    }

    [Fact]
    public void The_message_is_valid_with_300_entries_and_notes_of_20000_characters()
    {
        var facts = Huge;
        BlockValidation.Check(PostMortemMessages.Summary(facts.Incident, Version(facts), People)).ShouldBeEmpty();
    }

    [Fact]
    public void The_form_is_valid_with_300_entries_and_says_what_it_cannot_show()
    {
        var shown = Version(Huge);
        var form = PostMortemForms.EditForm(shown, "C0X", Sections.Timeline, 7, [new(Sections.Impact, 0, "typed"), new(Sections.Fix, 0, Parts.Of(shown.Find(Sections.Fix)!.Text)[0].Text)]);
        BlockValidation.Check(form).ShouldBeEmpty();
        var select = (InputBlock)form.Blocks[0];
        select.Hint!.Text.ShouldContain("Timeline (first 8 of");
        form.Blocks.OfType<InputBlock>().Select(b => b.BlockId).ShouldBe(["section", "text:timeline:7", "text:impact:0"]);
    }

    [Fact]
    public void Every_section_can_be_chosen_first()
    {
        var shown = Version(Facts7);
        foreach (var name in Sections.Editable) BlockValidation.Check(PostMortemForms.EditForm(shown, "C0X", name, 0, [])).ShouldBeEmpty();
    }

    [Fact]
    public void The_form_of_the_cause_is_valid_whatever_is_suspected()
    {
        BlockValidation.Check(PostMortemForms.CauseForm(TheIncident, new string('x', 9_000), "C0X")).ShouldBeEmpty();
        BlockValidation.Check(PostMortemForms.CauseForm(TheIncident, "", "C0X")).ShouldBeEmpty();
    }

    [Fact]
    public void The_messages_of_a_conflict_are_valid_with_the_longest_texts()
    {
        var theirs = new Section { Name = Sections.Impact, Text = new string('<', 9_000), EditedBy = Ana, EditedAt = At(1, 0) };
        BlockValidation.Check(PostMortemMessages.Conflict(7, new(theirs, new string('<', 3_000)))).ShouldBeEmpty();
        BlockValidation.Check(PostMortemMessages.Conflict(7, new(theirs with { Text = "" }, ""))).ShouldBeEmpty();
        BlockValidation.Check(PostMortemMessages.CauseConflict(TheIncident with { CauseConfirmedBy = Ana, Cause = "x" }, new string('<', 3_000))).ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_that_people_wrote_notifies_anyone()
    {
        const string Evil = "<!channel> <@U0STRANGER> &lt;!here&gt;";
        var facts = Facts7 with { Incident = TheIncident with { Title = Evil, Resolution = Evil, Cause = Evil } };
        var shown = Version(facts);
        var (edited, _) = EditSections.Apply(shown.Sections, WritePostMortem.Generate(facts), shown, [new(Sections.Impact, 0, Evil)], Ana, At(15, 0));
        var message = PostMortemMessages.Summary(facts.Incident, Version(edited, 2), People);
        foreach (var text in message.Blocks!.OfType<SectionBlock>().Select(b => b.Text!.Text).Append(message.Text))
        {
            text.ShouldNotContain("<!channel>");
            text.ShouldNotContain("<@U0STRANGER>");
        }
        message.Blocks!.OfType<SectionBlock>().ShouldContain(b => b.Text!.Text.Contains($"<@{Ana}>", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_reviewed_offers_no_second_review()
    {
        var reviewed = Version(Facts7) with { State = PostMortemState.Reviewed, MadeBy = Ben };
        var buttons = PostMortemMessages.Summary(TheIncident, reviewed, People).Blocks!.OfType<ActionsBlock>().Single().Elements.OfType<Button>().Select(b => b.ActionId);
        buttons.ShouldBe([PostMortemMessages.ConfirmCause, PostMortemMessages.Edit]);
    }
}
