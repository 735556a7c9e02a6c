namespace ChatOps.Platforms.Ssh;

/// <summary>The one way in which a value gets into a script for another machine's shell: whatever it holds, it comes out there as that very word.</summary>
internal static class ShellWord
{
    /// <exception cref="ArgumentException">It holds a NUL, which no word can, or a line end, which no name, path or reason has: somebody plays tricks.</exception>
    public static string Quote(string word) => Holds(word)
        ? ShellText.Quoted(word)
        : throw new ArgumentException("A word for the shell holds a NUL, a line end or half a character.", nameof(word));

    /// <summary>Half of a surrogate pair has no UTF-8 and would arrive as something else.</summary>
    private static bool Holds(string word)
    {
        for (var i = 0; i < word.Length; i++)
        {
            if (word[i] is '\0' or '\n' or '\r') return false;
            if (char.IsHighSurrogate(word[i]) && i + 1 < word.Length && char.IsLowSurrogate(word[i + 1])) i++;
            else if (char.IsSurrogate(word[i])) return false;
        }
        return true;
    }
}
