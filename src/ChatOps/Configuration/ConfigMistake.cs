namespace ChatOps.Configuration;

/// <summary>One thing that is wrong in a file people wrote, in one line they can act on.</summary>
/// <param name="File">As it was given on the command line.</param>
/// <param name="Line">From 1.</param>
/// <param name="What">What is wrong, with the name of the place: "unknown key 'deppends_on' in service 'shop'". Never a secret.</param>
/// <param name="WouldBeRight">What would be right: "did you mean 'depends_on'?".</param>
public sealed record ConfigMistake(string File, int Line, string What, string WouldBeRight)
{
    public override string ToString() => OneLine($"{File}:{Line}: {What}; {WouldBeRight}");

    private static string OneLine(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
}
