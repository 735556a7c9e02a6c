using ChatOps.Configuration;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Configuration;

public sealed class BrokenYamlTests : IDisposable
{
    private readonly ConfigFile file = new();

    public void Dispose() => file.Dispose();

    [Theory]
    [InlineData("", "chatops.yaml:1: the file is empty; start from chatops.example.yaml")]
    [InlineData("# nothing\n\n", "chatops.yaml:1: the file is empty; start from chatops.example.yaml")]
    [InlineData("a: 1\nb:\n\tc: 2\n", "chatops.yaml:3: a tab indents this line; indent with spaces")]
    [InlineData("[a, b]\n", "chatops.yaml:1: the file must hold 'name: value' lines; see chatops.example.yaml for the layout")]
    [InlineData("a: &x 1\nb: *x\n", "chatops.yaml:2: the alias '*x' is not supported; write the value out")]
    [InlineData("a: 1\n---\nb: 2\n", "chatops.yaml:2: a second document begins here; keep everything in one document, without '---'")]
    [InlineData("{a: 1}: 2\n", "chatops.yaml:1: a key must be a single word; write 'name: value'")]
    public void A_file_that_is_no_configuration_is_told_with_its_line(string text, string told) =>
        file.Mistake(file.Read(text)).ShouldBe(told);

    [Theory]
    [InlineData("slack:\n  transport: 'socket\nlisten: x\n")]
    [InlineData("slack: {transport: socket\n")]
    [InlineData("a: b: c\n")]
    [InlineData("a:\n   b: 1\n  c: 2\n")]
    [InlineData("a: \0\n")]
    [InlineData("%YAML 9.9\n---\na: 1\n")]
    public void Broken_YAML_is_one_mistake_with_a_line(string text) =>
        file.Mistake(file.Read(text)).ShouldMatch(@"^chatops\.yaml:[0-9]+: [^\n]+$");

    [Fact]
    public void A_service_that_is_defined_twice_is_told_with_both_lines()
    {
        var text = ConfigFile.Example + "\nservices:\n  other: {}\n";
        file.Mistake(file.Read(text)).ShouldContain($"'services' is already defined on line {ConfigFile.LineOf(text, "services:\n  shop:")}");
    }

    [Fact]
    public void Nested_aliases_do_not_unfold()
    {
        var bomb = "a: &a [x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range('b', 20).Select(c =>
            $"{(char)c}: &{(char)c} [*{(char)(c - 1)},*{(char)(c - 1)},*{(char)(c - 1)},*{(char)(c - 1)},*{(char)(c - 1)}]\n"));
        file.Mistake(file.Read(bomb)).ShouldContain("the alias '*a' is not supported");
    }

    [Fact]
    public void Deep_nesting_is_refused() =>
        file.Mistake(file.Read("a: " + new string('[', 5000) + new string(']', 5000))).ShouldContain("nested deeper than 16 levels");

    [Fact]
    public void A_file_over_one_megabyte_is_refused_unread() =>
        file.Mistake(file.Read(ConfigFile.Example + new string('#', 1024 * 1024))).ShouldContain("larger than 1 MB");

    [Fact]
    public void A_missing_file_and_a_folder_are_mistakes()
    {
        ConfigReader.Read("/nowhere/chatops.yaml", _ => null).Mistakes.Single().ToString()
            .ShouldBe("/nowhere/chatops.yaml:1: there is no such file; copy chatops.example.yaml and name it with --config");
        ConfigReader.Read(file.Folder, _ => null).Mistakes.Single().What.ShouldBe("the file cannot be read");
    }

    [Fact]
    public void Whatever_happens_to_the_file_it_is_whole_or_its_mistakes_are_lines()
    {
        var example = ConfigFile.Example;
        var change = from at in Gen.Choose(0, example.Length - 1)
                     from cut in Gen.Choose(0, 30)
                     from put in Gen.Elements("", "\t", ":", "- ", "{", "]", "\"", "'", "\n", "*a", "&a", "? ", "|", "${", "é", "\0", "#", "tier: 9\n")
                     select (at, cut, put);
        Prop.ForAll(change.ToArbitrary(), c =>
        {
            var text = example[..c.at] + c.put + example[Math.Min(example.Length, c.at + c.cut)..];
            var result = file.Read(text);
            (result.Config is null).ShouldBe(result.Mistakes.Count > 0);
            foreach (var mistake in result.Mistakes)
            {
                mistake.ToString().ShouldNotContain("\n");
                mistake.Line.ShouldBeInRange(1, text.Count(c => c == '\n') + 1);
                mistake.ToString().ShouldNotContain("s3cret");
            }
        }).QuickCheckThrowOnFailure();
    }
}
