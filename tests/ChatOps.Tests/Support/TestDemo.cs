using ChatOps.Sandbox.Demo;

namespace ChatOps.Tests;

/// <summary>The whole demo, as tests start it: with the bot that was built with them and the files of this checkout.</summary>
internal static class TestDemo
{
    public static DemoOptions Options(string folder) => new()
    {
        StateFolder = folder,
        BotAssembly = Path.Combine(AppContext.BaseDirectory, "ChatOps.dll"),
        ManifestFile = Path.Combine(Repository.Root, "manifest", "slack-app.yaml"),
        RunbooksFolder = Path.Combine(Repository.Root, "runbooks"),
    };
}
