using System.Text.Json.Nodes;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Packaging;

/// <summary>Stand-ins for the SDK's and the runtime's images: the same .NET that this test runs on, and of NuGet's folder what the bot is built of.</summary>
internal static class BaseImages
{
    private const string At = "/usr/share/dotnet";
    private static readonly string[] Shell = ["sh", "mkdir", "cp", "rm", "mv", "ls", "cat", "chmod", "env", "uname", "true"];

    /// <summary>What .NET opens by name, and ldd does not see.</summary>
    private static readonly string[] Opened = ["libicuuc.so.*", "libicui18n.so.*", "libicudata.so.*", "libssl.so.3", "libcrypto.so.3", "libgssapi_krb5.so.2"];

    /// <summary>What compiles ahead of time comes as packages: of the very version of the runtime.</summary>
    private static readonly string[] Compiler = ["microsoft.netcore.app.crossgen2.linux-x64", "microsoft.netcore.app.runtime.linux-x64", "microsoft.aspnetcore.app.runtime.linux-x64"];

    private static string Dotnet => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));

    private static string Packages => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Why the image cannot be built here, or null; in CI that fails.</summary>
    public static string? Missing =>
        RealPrograms.Missing("what compiles ahead (./chatops test does it: dotnet restore with -p:PublishReadyToRun=true)", [.. Compiler.Select(p => Path.Combine(Packages, p, Environment.Version.ToString(3), $"{p}.nuspec"))]);

    public static void WriteRuntime(string file)
    {
        using var image = new StandInImage(file);
        Runtime(image);
        image.Libraries(Opened);
    }

    public static void WriteSdk(string file)
    {
        using var image = new StandInImage(file);
        Runtime(image);
        foreach (var folder in new[] { "sdk", "sdk-manifests", "packs" })
            image.Folder(Path.Combine(Dotnet, folder), Path.Combine(At, folder), ".resources.dll", ".pdb", "/FSharp/", "/DotnetTools/", "/TestHostNetFramework/");
        image.Program("/bin/busybox");
        foreach (var name in Shell) image.Link($"bin/{name}", "busybox");
        foreach (var package in Needed()) image.Folder(Path.Combine(Packages, package), Path.Combine("/root/.nuget/packages", package), ".nupkg", ".dbg", ".pdb");
        // Everything is there: whoever asked for more would ask a machine that the test does not have.
        image.Text("root/.nuget/NuGet/NuGet.Config", "<configuration><packageSources><clear /></packageSources></configuration>");
        image.Libraries(Opened);
    }

    private static void Runtime(StandInImage image)
    {
        image.Program(Path.Combine(Dotnet, "dotnet"));
        if (Dotnet != At) image.Link(At[1..] + "/dotnet", Path.Combine(Dotnet, "dotnet"));
        foreach (var folder in new[] { "host", "shared" }) image.Folder(Path.Combine(Dotnet, folder), Path.Combine(At, folder));
        image.Link("usr/bin/dotnet", At + "/dotnet");
        image.Folder("/usr/share/zoneinfo", "/usr/share/zoneinfo", "/right/", "/posix/");
    }

    private static IEnumerable<string> Needed()
    {
        var assets = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "src", "ChatOps", "obj", "project.assets.json")))!;
        var packages = assets["libraries"]!.AsObject().Where(l => (string?)l.Value!["type"] == "package").Select(l => (string)l.Value!["path"]!);
        return packages.Concat(Compiler.Select(c => Path.Combine(c, Environment.Version.ToString(3))));
    }
}
