namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>
/// Second pass over the skeletons: where many of them differ in one word only, and that word looks like a name rather than like a state, the word is a value.
/// Works on counts of distinct words, not of lines, so a burst does not change what is one pattern.
/// </summary>
internal static class PatternMerging
{
    private const int Rounds = 4;

    /// <summary>Distinct words in one place that make it a value.</summary>
    private const int Distinct = 4;

    /// <summary>The same where the word before announces a name.</summary>
    private const int DistinctNamed = 2;

    /// <summary>The same behind <c>=</c>, and for the first word of a line.</summary>
    private const int DistinctAttribute = 6;

    /// <summary>So many that even words which look like states or keys are values.</summary>
    private const int DistinctAny = 12;

    /// <summary>The entries that remain; those given are changed. The result does not depend on their order.</summary>
    public static List<Entry> Merge(IEnumerable<Entry> entries, TimeAxes axes)
    {
        var rest = new List<Entry>();
        var all = Unite(entries, axes, rest);
        for (var round = 0; round < Rounds; round++)
        {
            if (!Generalise(all)) break;
            all = Unite(all, axes, rest);
        }

        all.AddRange(rest);
        return all;
    }

    /// <summary>Entries with equal tokens become one.</summary>
    private static List<Entry> Unite(IEnumerable<Entry> entries, TimeAxes axes, List<Entry> prefixes)
    {
        var unique = new Dictionary<TokenKey, Entry>();
        foreach (var entry in entries)
        {
            if (entry.IsPrefix) prefixes.Add(entry);
            else if (unique.TryGetValue(new TokenKey(entry.Tokens, -1, entry.Level), out var twin)) Unite(twin, entry, axes);
            else unique.Add(new TokenKey(entry.Tokens, -1, entry.Level), entry);
        }

        return [.. unique.Values];
    }

    /// <summary>What speaks against a value in one of the two speaks against it in both, whichever comes first.</summary>
    private static void Unite(Entry into, Entry other, TimeAxes axes)
    {
        var traits = new byte[into.Traits.Length];
        for (var i = 0; i < traits.Length; i++) traits[i] = (byte)(into.Traits[i] | other.Traits[i]);
        into.Traits = traits;
        into.Absorb(other, axes);
    }

    private static bool Generalise(List<Entry> entries)
    {
        var changed = new List<(Entry Entry, int Place)>();
        foreach (var (key, group) in Slots(entries))
        {
            if (group.Count >= 2 && Values(group, key.Hole, changed) is false) continue;
        }

        foreach (var (entry, place) in changed) entry.Tokens[place] = LineScanner.Value;
        foreach (var entry in changed.Select(c => c.Entry).Distinct()) Collapse(entry);
        return changed.Count > 0;
    }

    /// <summary>All entries by what they are but for one place.</summary>
    private static Dictionary<TokenKey, List<Entry>> Slots(List<Entry> entries)
    {
        var slots = new Dictionary<TokenKey, List<Entry>>();
        foreach (var entry in entries)
        {
            for (var place = 0; place < entry.Tokens.Length; place++)
            {
                var key = new TokenKey(entry.Tokens, place, entry.Level);
                if (!slots.TryGetValue(key, out var group)) slots.Add(key, group = []);
                group.Add(entry);
            }
        }

        return slots;
    }

    private static bool Values(List<Entry> group, int place, List<(Entry Entry, int Place)> changed)
    {
        if (!HasConstantBeside(group[0].Tokens, place)) return false;

        var names = 0;
        var distinct = 0;
        var attributes = 0;
        var named = 0;
        foreach (var entry in group)
        {
            if (entry.Tokens[place] == LineScanner.Value)
            {
                names += 2;
                continue;
            }

            var traits = entry.Traits[place];
            distinct++;
            if ((traits & (Traits.State | Traits.Key)) == 0) names++;
            if ((traits & Traits.Attribute) != 0) attributes++;
            if ((traits & Traits.Named) != 0) named++;
        }

        var needed = attributes > 0 || place == 0 ? DistinctAttribute : named == distinct ? DistinctNamed : Distinct;
        var any = names >= DistinctAny;
        if (names < needed || distinct == 0) return false;
        foreach (var entry in group)
        {
            if (entry.Tokens[place] != LineScanner.Value && (any || (entry.Traits[place] & (Traits.State | Traits.Key)) == 0)) changed.Add((entry, place));
        }

        return true;
    }

    /// <summary>A word must remain that says what the pattern is. The open place itself does not count: it holds a value in one entry of the group and a word in the next.</summary>
    private static bool HasConstantBeside(ReadOnlySpan<uint> tokens, int place) =>
        tokens[..place].ContainsAnyExcept(LineScanner.Value) || tokens[(place + 1)..].ContainsAnyExcept(LineScanner.Value);

    /// <summary>Neighbouring values count as one, as in the scanner.</summary>
    private static void Collapse(Entry entry)
    {
        var tokens = new List<uint>(entry.Tokens.Length);
        var traits = new List<byte>(entry.Tokens.Length);
        for (var i = 0; i < entry.Tokens.Length; i++)
        {
            if (entry.Tokens[i] == LineScanner.Value && tokens.Count > 0 && tokens[^1] == LineScanner.Value) continue;
            tokens.Add(entry.Tokens[i]);
            traits.Add(entry.Traits[i]);
        }

        entry.Tokens = [.. tokens];
        entry.Traits = [.. traits];
    }
}
