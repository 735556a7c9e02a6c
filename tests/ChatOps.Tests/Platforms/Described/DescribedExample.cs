using System.Text.RegularExpressions;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Platforms;
using ChatOps.Platforms.Described;
using ChatOps.Tests.Configuration;

namespace ChatOps.Tests.Platforms.Described;

/// <summary>The example of docs/described-platform.md, as it stands there or with one change, which must be found in it.</summary>
internal static partial class DescribedExample
{
    public static string Text { get; } = Block().Match(File.ReadAllText(Path.Combine(Repository.Root, "docs", "described-platform.md"))).Groups[1].Value;

    public static ConfigResult Read(string text, Uri? url = null, string key = StubDepot.Key)
    {
        using var file = new ConfigFile();
        file.Variables["DEPOT_URL"] = url?.AbsoluteUri ?? "http://127.0.0.1:1";
        file.Variables["DEPOT_KEY"] = key;
        return file.Read(text);
    }

    public static string With(string before, string after)
    {
        Text.ShouldContain(before);
        return Text.Replace(before, after, StringComparison.Ordinal);
    }

    public static DescribedPlatform Platform(string text, Uri url, string key = StubDepot.Key, TimeProvider? time = null)
    {
        var read = Read(text, url, key);
        read.Mistakes.ShouldBeEmpty();
        var catalog = read.Config!.Catalog;
        return new(catalog.Platforms["depot"], Targets(catalog), time ?? TimeProvider.System);
    }

    public static List<PlatformTarget> Targets(ServiceCatalog catalog) =>
        [.. catalog.Services.Values.SelectMany(s => s.Environments.Select(e => new PlatformTarget(new(s.Name, e.Key), e.Value.PlatformName)))];

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
