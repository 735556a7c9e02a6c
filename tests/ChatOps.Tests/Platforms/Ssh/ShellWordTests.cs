using System.Diagnostics;
using System.Text;
using ChatOps.Platforms.Ssh;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Platforms.Ssh;

public sealed class ShellWordTests
{
    [Fact]
    public void Any_words_come_out_of_a_real_shell_as_those_very_words()
    {
        // Many at once: what is tried is the quoting, not how quickly a shell starts.
        Prop.ForAll(ArbMap.Default.ArbFor<string[]>(), words =>
        {
            var given = (words ?? []).Where(w => w is not null && IsWord(w)).Concat(["-rf", "--", "$(id)", "`id`", "'", "\\", "~", "*", "é\u2028😀", ""]).ToArray();
            return Shell(given).SequenceEqual(given, StringComparer.Ordinal);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    public void What_no_word_can_hold_is_refused(string text) => Should.Throw<ArgumentException>(() => ShellWord.Quote(text));

    [Fact]
    public void Half_a_character_would_arrive_as_another_one_and_is_refused() => Should.Throw<ArgumentException>(() => ShellWord.Quote("half " + '\ud83d' + " of one"));

    [Theory]
    [InlineData("-rf")]
    [InlineData("--help")]
    [InlineData("all")]
    [InlineData("0")]
    [InlineData("a b")]
    [InlineData("a;b")]
    [InlineData("../etc")]
    [InlineData("")]
    public void A_name_that_a_command_would_take_for_something_else_is_none(string name) => SshSettings.IsName(name).ShouldBeFalse();

    [Theory]
    [InlineData("..")]
    [InlineData("-1")]
    [InlineData(".hidden")]
    [InlineData("v1/../..")]
    [InlineData("v 1")]
    public void A_version_that_leads_out_of_its_folder_is_none(string version) => SshSettings.IsVersion(version).ShouldBeFalse();

    private static bool IsWord(string word)
    {
        try
        {
            ShellWord.Quote(word);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string[] Shell(string[] words)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-s"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8, StandardInputEncoding = new UTF8Encoding(false) })!;
        shell.StandardInput.Write("each() { for word in \"$@\"; do printf '%s\\0' \"$word\"; done; }\neach" + string.Concat(words.Select(w => " " + ShellWord.Quote(w))) + "\n");
        shell.StandardInput.Close();
        var text = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return text.Split('\0')[..^1];
    }
}
