using ChatOps.Configuration;

namespace ChatOps.Tests.Configuration;

/// <summary>A configuration in a folder of its own, read with the variables that are given.</summary>
internal sealed class ConfigFile : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("chatops-config").FullName;

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal)
    {
        ["SHOP_PLATFORM_TOKEN"] = "t0ken",
        ["SHOP_PROBE_PASSWORD"] = "s3cret",
        ["SHOP_DB_URL"] = "postgres://probe:s3cret@127.0.0.1:7432/shop",
    };

    public static string Example { get; } = File.ReadAllText(ExamplePath());

    public ConfigResult Read(string text)
    {
        var path = Path.Combine(Folder, "chatops.yaml");
        File.WriteAllText(path, text);
        return ConfigReader.Read(path, n => Variables.GetValueOrDefault(n));
    }

    /// <summary>The example with one change, which must be found in it.</summary>
    public ConfigResult ReadExampleWith(string before, string after)
    {
        Example.ShouldContain(before);
        return Read(Example.Replace(before, after, StringComparison.Ordinal));
    }

    /// <summary>The only mistake, without the folder.</summary>
    public string Mistake(ConfigResult result)
    {
        result.Config.ShouldBeNull();
        result.Mistakes.Count.ShouldBe(1, string.Join('\n', result.Mistakes));
        return result.Mistakes[0].ToString().Replace(Folder + "/", "", StringComparison.Ordinal);
    }

    public static int LineOf(string text, string part) => text[..text.IndexOf(part, StringComparison.Ordinal)].Count(c => c == '\n') + 1;

    public static string ExamplePath()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "ChatOps.sln"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, "chatops.example.yaml");
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
