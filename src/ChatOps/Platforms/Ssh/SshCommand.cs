using System.Globalization;

namespace ChatOps.Platforms.Ssh;

/// <summary>What a person types to do the same, with a key of their own.</summary>
internal static class SshCommand
{
    public static string For(SshSettings settings, IServiceManager manager, string name, string? folder, PlatformAction action, string? version)
    {
        var there = action switch
        {
            PlatformAction.Deploy or PlatformAction.Recreate or PlatformAction.RollBack when folder is not null =>
                $"cd {ShellWord.Quote(folder)} && ln -sfn {ShellWord.Quote($"releases/{version ?? "VERSION"}")} .current-by-hand && mv -fT .current-by-hand current && {manager.ByHand(name, action)}",
            _ => manager.ByHand(name, action),
        };
        return $"ssh -p {settings.Port.ToString(CultureInfo.InvariantCulture)} -l {ShellWord.Quote(settings.User)} -- {ShellWord.Quote(settings.Host)} {ShellWord.Quote(there)}";
    }
}
