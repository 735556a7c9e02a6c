namespace ChatOps.Platforms;

internal static class ShellText
{
    /// <summary>One word for a shell, whatever is in it. What a person is to type; what is sent by the bot itself goes through <see cref="Ssh.ShellWord"/>, which refuses what no word can hold.</summary>
    public static string Quoted(string text) => $"'{Inside(text)}'";

    /// <summary>The same for text that stands between single quotes already.</summary>
    public static string Inside(string text) => text.Replace("'", "'\\''", StringComparison.Ordinal);
}
