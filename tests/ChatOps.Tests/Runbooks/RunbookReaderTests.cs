using ChatOps.Configuration;
using ChatOps.Runbooks;
using ChatOps.Tests.Diagnosis;

namespace ChatOps.Tests.Runbooks;

public sealed class RunbookReaderTests
{
    private const string Good =
        """
        name: disk-full
        title: "The disk of {service} is full"
        matches:
          any:
            - sign: metric.disk_full
              data: { percent: ">= 90" }
        direct:
          all:
            - sign: metric.disk_full
        fix:
          action: none
          by: owner
          text: Free space by hand.
        risk: none
        way_back: none
        """;

    private static IReadOnlyList<string> Mistakes(string text)
    {
        var mistakes = new List<ConfigMistake>();
        RunbookReader.Read("disk-full.yaml", text, mistakes);
        return [.. mistakes.Select(m => m.ToString())];
    }

    [Fact]
    public void The_files_of_the_project_are_at_least_eight_and_without_mistakes()
    {
        var (runbooks, mistakes) = RunbookReader.ReadFolder(Facts.RunbooksFolder());

        mistakes.ShouldBeEmpty();
        runbooks.Count.ShouldBeGreaterThanOrEqualTo(8);
        runbooks.ShouldAllBe(r => r.Prevent.Count > 0 && r.Verify.Count > 0 && r.Checks.Count > 0);
    }

    [Fact]
    public void A_good_file_has_no_mistakes() => Mistakes(Good).ShouldBeEmpty();

    [Theory]
    [InlineData("metric.disk_full\n      data", "metric.disk_ful\n      data", "disk-full.yaml:5: ", "did you mean 'metric.disk_full'?")]
    [InlineData("way_back: none", "wayback: none", "disk-full.yaml:15: unknown key 'wayback'", "did you mean 'way_back'?")]
    [InlineData("way_back: none", "", "'way_back' is missing", "add 'way_back")]
    [InlineData("\">= 90\"", "lots", "disk-full.yaml:6: 'percent' is 'lots'", "a comparison with a number")]
    [InlineData("action: none", "action: reboot", "disk-full.yaml:11: ", "restart, rollback, none")]
    [InlineData("name: disk-full", "name: Disk Full", "disk-full.yaml:1: ", "name: disk-full")]
    [InlineData("data: { percent: \">= 90\" }", "regex: '(a'", "disk-full.yaml:6: the regular expression does not compile", "use 'text'")]
    [InlineData("data: { percent: \">= 90\" }", "regex: '(?=a)b'", "disk-full.yaml:6: the regular expression looks around", "linear time")]
    [InlineData("data: { percent: \">= 90\" }", "on: neighbour", "disk-full.yaml:6: unknown on 'neighbour'", "valid: service, dependency, dependent")]
    public void A_mistake_is_one_line_with_file_line_what_and_what_would_be_right(string right, string wrong, string says, string hint)
    {
        var mistakes = Mistakes(Good.Replace(right, wrong));

        mistakes.ShouldContain(m => m.Contains(says) && m.Contains(hint), string.Join('\n', mistakes));
        mistakes.ShouldAllBe(m => !m.Contains('\n'));
    }

    [Fact]
    public void A_rule_without_a_sign_is_a_mistake() =>
        Mistakes(Good.Replace("  all:\n    - sign: metric.disk_full\nfix", "  all: []\nfix")).ShouldContain(m => m.Contains("no sign"));

    [Fact]
    public void Two_files_with_one_name_and_a_missing_folder_are_told()
    {
        var folder = Directory.CreateTempSubdirectory("runbooks").FullName;
        File.WriteAllText(Path.Combine(folder, "disk-full.yaml"), Good);
        File.WriteAllText(Path.Combine(folder, "disk-full.yml"), Good);

        RunbookReader.ReadFolder(folder).Mistakes.ShouldHaveSingleItem().What.ShouldContain("second runbook");
        RunbookReader.ReadFolder(Path.Combine(folder, "nothing")).Mistakes.ShouldHaveSingleItem().What.ShouldContain("does not exist");
    }
}
