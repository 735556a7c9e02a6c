using ChatOps.PostMortems;
using FsCheck;
using FsCheck.Fluent;
using static ChatOps.Tests.PostMortems.Outage;

namespace ChatOps.Tests.PostMortems;

public sealed class EditSectionsTests
{
    private static readonly IReadOnlyList<Section> Written = WritePostMortem.Generate(Facts7);

    [Fact]
    public void An_edited_section_survives_every_later_generation() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>().Convert(s => s.Get, NonNull<string>.NewNonNull), Gen.Elements<string>(Sections.Editable).ToArbitrary(), ArbMap.Default.ArbFor<bool>(),
        (typed, name, factsChange) =>
        {
            var first = Version(Facts7);
            var (sections, conflicts) = EditSections.Apply(first.Sections, Written, first, [new(name, 0, typed)], Ana, At(15, 0));
            var later = factsChange ? Facts7 with { Timeline = [], Evidence = [], Incident = TheIncident with { MitigatedAt = null } } : Facts7;
            var second = WritePostMortem.From(later, Version(sections, 2));
            var kept = sections.First(s => s.Name == name);
            conflicts.ShouldBeEmpty();
            if (kept.EditedBy is not null) second.First(s => s.Name == name).ShouldBe(kept);
            second.Select(s => s.Name).ShouldBe(Sections.All);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_is_typed_makes_no_section_of_its_own() => Prop.ForAll(
        Gen.Elements("#", "# a", "```", "~~~", "===", "---", "<b>", "<!channel>", "x", "\n", " ", "> # y", "`", "- ## z", "\r\n", "<@U0ANA001>").ArrayOf().Select(string.Concat).ToArbitrary(),
        typed =>
        {
            var first = Version(Facts7);
            var (sections, _) = EditSections.Apply(first.Sections, Written, first, [new(Sections.Tried, 0, typed)], Ana, At(15, 0));
            var markdown = WritePostMortem.Markdown(TheIncident, sections, reviewed: null, Names).Split('\n');
            var fenced = false;
            var headings = 0;
            foreach (var line in markdown)
            {
                if (line.TrimStart().StartsWith("```", StringComparison.Ordinal)) fenced = !fenced;
                else if (!fenced && line.StartsWith("## ", StringComparison.Ordinal)) headings++;
            }
            fenced.ShouldBeFalse();
            headings.ShouldBe(9);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Where_the_facts_part_from_an_edited_text_the_blanks_say_so()
    {
        var first = Version(Facts7);
        var (sections, _) = EditSections.Apply(first.Sections, Written, first, [new(Sections.Fix, 0, "We restarted it.")], Ben, At(15, 0));
        var second = Version(sections, 2);
        const string Note = $"- Fix (first lines) was edited by <@{Ben}>; what I would write now differs.";
        WritePostMortem.From(Facts7, second)[^1].Text.ShouldNotContain(Note);
        WritePostMortem.From(Facts7 with { Operations = [] }, second)[^1].Text.ShouldContain(Note);
    }

    [Fact]
    public void An_emptied_section_is_written_by_ChatOps_again()
    {
        var first = Version(Facts7);
        var (edited, _) = EditSections.Apply(first.Sections, Written, first, [new(Sections.Fix, 0, "Mine")], Ana, At(15, 0));
        var second = Version(edited, 2);
        var (emptied, _) = EditSections.Apply(second.Sections, Written, second, [new(Sections.Fix, 0, "  ")], Ana, At(16, 0));
        emptied.First(s => s.Name == Sections.Fix).ShouldBe(first.Find(Sections.Fix));
    }

    [Fact]
    public void The_second_of_two_who_edit_one_section_is_told_and_both_texts_are_there()
    {
        var shown = Version(Facts7);
        var (one, _) = EditSections.Apply(shown.Sections, Written, shown, [new(Sections.Impact, 0, "Ana's text")], Ana, At(15, 0));
        var (two, conflicts) = EditSections.Apply(one, Written, shown, [new(Sections.Impact, 0, "Ben's text"), new(Sections.Fix, 0, "Ben's fix")], Ben, At(15, 1));
        two.First(s => s.Name == Sections.Impact).Text.ShouldBe("Ana's text");
        two.First(s => s.Name == Sections.Fix).Text.ShouldBe("Ben's fix");
        var conflict = conflicts.ShouldHaveSingleItem();
        conflict.ShouldBe(new EditConflict(one.First(s => s.Name == Sections.Impact), "Ben's text"));
    }

    [Fact]
    public void What_ChatOps_wrote_anew_meanwhile_is_no_conflict_with_a_person()
    {
        var shown = Version(Facts7 with { Operations = [] });
        var (sections, conflicts) = EditSections.Apply(Written, Written, shown, [new(Sections.Fix, 0, "Mine")], Ana, At(15, 0));
        conflicts.ShouldBeEmpty();
        sections.First(s => s.Name == Sections.Fix).Replaced.ShouldBe(shown.Find(Sections.Fix)!.Text);
    }

    [Fact]
    public void Parts_join_to_the_text_they_were_cut_from() => Prop.ForAll(
        Gen.Elements("a", "\n", "😀", "line of some words ", new string('x', 900)).ArrayOf(40).Select(string.Concat).ToArbitrary(),
        text =>
        {
            var parts = Parts.Of(text);
            Parts.Join(parts).ShouldBe(text);
            parts.ShouldAllBe(p => p.Text.Length <= Parts.Size);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_part_of_a_long_section_changes_that_part_alone()
    {
        var facts = Facts7 with { Timeline = [.. Enumerable.Range(0, 300).Select(i => Entry(i, "note", At(1, i), At(1, i), Ana, $"Note {i} of many"))] };
        var shown = Version(facts);
        var before = Parts.Of(shown.Find(Sections.Timeline)!.Text);
        var (sections, _) = EditSections.Apply(shown.Sections, WritePostMortem.Generate(facts), shown, [new(Sections.Timeline, 1, "cut")], Ana, At(15, 0));
        var after = sections.First(s => s.Name == Sections.Timeline).Text;
        after.ShouldStartWith(before[0].Text + "\ncut\n" + before[2].Text[..100]);
    }
}
