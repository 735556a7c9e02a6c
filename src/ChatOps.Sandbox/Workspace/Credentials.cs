using System.Security.Cryptography;

namespace ChatOps.Sandbox.Workspace;

/// <summary>The secrets the sandbox gives the app; made new for every start unless they are given.</summary>
internal sealed record Credentials(string BotToken, string AppToken, string SigningSecret)
{
    public static Credentials New() => new(
        $"xoxb-sandbox-{RandomNumberGenerator.GetHexString(24, lowercase: true)}",
        $"xapp-1-sandbox-{RandomNumberGenerator.GetHexString(24, lowercase: true)}",
        RandomNumberGenerator.GetHexString(32, lowercase: true));
}
