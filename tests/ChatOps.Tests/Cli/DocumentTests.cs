using System.Text.RegularExpressions;
using ChatOps.Configuration;
using ChatOps.Tests.Sandbox.Workspace;

namespace ChatOps.Tests.Cli;

/// <summary>What is written about the configuration is true of the code that reads it.</summary>
public sealed partial class DocumentTests
{
    private static readonly string Readme = File.ReadAllText(TestSandbox.RepositoryFile("README.md"));

    [Fact]
    public void The_readme_or_a_page_of_it_names_every_key_that_is_read()
    {
        var keys = Directory.EnumerateFiles(TestSandbox.RepositoryFile("src/ChatOps/Configuration"), "*.cs").Append(TestSandbox.RepositoryFile("src/ChatOps/Runbooks/RunbookReader.cs"))
            .SelectMany(f => Key().Matches(File.ReadAllText(f)).Select(m => m.Groups["key"].Value)).Distinct().ToList();
        keys.Count.ShouldBeGreaterThan(40);
        var pages = string.Join('\n', Directory.EnumerateFiles(TestSandbox.RepositoryFile("docs"), "*.md").Where(f => Readme.Contains($"(docs/{Path.GetFileName(f)})", StringComparison.Ordinal)).Select(File.ReadAllText).Prepend(Readme));
        keys.Where(k => !Regex.IsMatch(pages, $@"(?<![A-Za-z_]){k}(?![A-Za-z_])", RegexOptions.None, TimeSpan.FromSeconds(1))).ShouldBeEmpty();
    }

    [Fact]
    public void The_readme_names_every_environment_variable_that_is_read()
    {
        var sources = Directory.EnumerateFiles(TestSandbox.RepositoryFile("src/ChatOps"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal));
        var variables = sources.SelectMany(f => EnvironmentName().Matches(File.ReadAllText(f)).Select(m => m.Value.Trim('"'))).Distinct().ToList();
        variables.ShouldContain("DATABASE_URL");
        variables.Where(v => !Readme.Contains($"`{v}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("chatops.example.yaml")]
    [InlineData("manifest/kubernetes/chatops.yaml")]
    public void A_configuration_to_copy_has_no_mistake(string file) =>
        ConfigReader.Read(TestSandbox.RepositoryFile(file), Variable).Mistakes.ShouldBeEmpty();

    [Fact]
    public void The_secret_of_the_cluster_has_every_variable_that_its_configuration_names()
    {
        var secret = File.ReadAllText(TestSandbox.RepositoryFile("manifest/kubernetes/secret.example.yaml"));
        var named = Reference().Matches(File.ReadAllText(TestSandbox.RepositoryFile("manifest/kubernetes/chatops.yaml"))).Select(m => m.Groups["name"].Value);
        named.Where(n => !secret.Contains($"  {n}:", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void The_cluster_asks_for_health_where_the_bot_answers()
    {
        var deployment = File.ReadAllText(TestSandbox.RepositoryFile("manifest/kubernetes/deployment.yaml"));
        var answers = File.ReadAllText(TestSandbox.RepositoryFile("src/ChatOps/Observability/HealthEndpoints.cs"));
        Probe().Matches(deployment).Select(m => m.Groups["path"].Value).Distinct().ShouldAllBe(path => answers.Contains($"\"{path}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_type_that_the_architecture_names_is_there()
    {
        var code = string.Join('\n', new[] { "src", "tests" }.SelectMany(f => Directory.EnumerateFiles(TestSandbox.RepositoryFile(f), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText));
        var types = TypeName().Matches(code).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var text = string.Join('\n', new[] { "docs/architecture.md", "docs/parts.md" }.Select(f => File.ReadAllText(TestSandbox.RepositoryFile(f))));
        var named = Named().Matches(text).Select(m => m.Groups["name"].Value).Distinct().ToList();
        named.Count.ShouldBeGreaterThan(50);
        named.Where(n => n != nameof(TimeProvider) && !types.Contains(n) && !Directory.Exists(TestSandbox.RepositoryFile($"src/ChatOps/{n}"))).ShouldBeEmpty();
    }

    private static string? Variable(string name) => name switch
    {
        "SHOP_DB_URL" => "postgres://probe@shop-db/shop",
        "DATABASE_URL" or "SLACK_API_URL" => null,
        _ when name.EndsWith("_TOKEN", StringComparison.Ordinal) || name.EndsWith("_PASSWORD", StringComparison.Ordinal) => "secret",
        _ => null,
    };

    [GeneratedRegex("""(?:Text|Secret|Required|Require|Parsed(?:<\w+>)?|Integer|Duration|Number|Share|Milliseconds|Known|Flag|OneOf|Url|Words|Sections|Below|Has|Named<\w+>\(file)[(,] ?"(?<key>[a-z_]+)["]""", RegexOptions.ExplicitCapture)]
    private static partial Regex Key();

    [GeneratedRegex("\"(?:SLACK|DATABASE|CHATOPS)_[A-Z_]+\"")]
    private static partial Regex EnvironmentName();

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();

    // `Outbox.ShowAsync(…)` names Outbox; folders and lists of them are named with a slash or a comma.
    [GeneratedRegex(@"`(?:[A-Z]\w+/)?(?<name>[A-Z]+[a-z]\w*)(?:[.<(][^`]*)?`", RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

    [GeneratedRegex(@"\b(?:class|record|interface|enum|struct) (?<name>[A-Z]\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex TypeName();

    [GeneratedRegex(@"path: (?<path>/health/\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Probe();
}
