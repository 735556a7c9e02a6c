namespace ChatOps.PostMortems;

/// <summary>What a person typed for one piece of a section.</summary>
/// <param name="Part">Counts from 0, by <see cref="Parts.Of"/> of the text that the form showed.</param>
public sealed record SectionEdit(string Name, int Part, string Text);

/// <summary>A text that is not taken, since somebody else changed the same section after the form was opened.</summary>
/// <param name="Theirs">The section as it is now.</param>
/// <param name="Mine">What was typed.</param>
public sealed record EditConflict(Section Theirs, string Mine);

/// <summary>Brings what a person typed into the newest version. Pure.</summary>
public static class EditSections
{
    /// <param name="current">The sections as they are now.</param>
    /// <param name="generated">What ChatOps would write now; stands where a person left nothing.</param>
    /// <param name="shown">The version that the form showed.</param>
    public static (IReadOnlyList<Section> Sections, IReadOnlyList<EditConflict> Conflicts) Apply(
        IReadOnlyList<Section> current, IReadOnlyList<Section> generated, PostMortem shown, IEnumerable<SectionEdit> edits, string by, DateTimeOffset at)
    {
        var result = current.ToList();
        var conflicts = new List<EditConflict>();
        foreach (var group in edits.Where(e => Sections.Editable.Contains(e.Name)).GroupBy(e => e.Name))
        {
            var index = result.FindIndex(s => s.Name == group.Key);
            if (index < 0 || shown.Find(group.Key) is not { } before) continue;
            var parts = Parts.Of(before.Text).ToList();
            var changed = group.Where(e => e.Part >= 0 && e.Part < parts.Count && !Same(parts[e.Part].Text, e.Text)).ToList();
            if (changed.Count == 0) continue;
            foreach (var edit in changed) parts[edit.Part] = parts[edit.Part] with { Text = edit.Text };
            var mine = SectionText.Edited(Parts.Join(parts));
            var now = result[index];
            if (Same(now.Text, mine)) continue;
            if (now.EditedBy is not null && (now.EditedAt != before.EditedAt || now.Text != before.Text))
            {
                conflicts.AddRange(changed.Select(e => new EditConflict(now, e.Text)));
                continue;
            }
            var own = generated.First(g => g.Name == group.Key);
            result[index] = mine.Length == 0
                ? own
                : new Section { Name = group.Key, Text = mine, EditedBy = by, EditedAt = at, Replaced = before.EditedBy is null ? before.Text : own.Text };
        }
        return (result, conflicts);
    }

    private static bool Same(string a, string b) => a.ReplaceLineEndings("\n").Trim() == b.ReplaceLineEndings("\n").Trim();
}
