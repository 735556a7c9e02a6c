using ChatOps.Configuration;

namespace ChatOps.Cli;

/// <summary><c>manifest</c>: prints the Slack app manifest for a configuration. Needs no token and no secret of the file.</summary>
internal static class ManifestCommand
{
    /// <param name="file">Without one: the default names.</param>
    /// <param name="url">Where Slack reaches the bot over HTTP.</param>
    /// <param name="env">An environment variable's value, or null.</param>
    /// <returns>0; 2 after mistakes, a line each on <paramref name="error"/>.</returns>
    public static async Task<int> RunAsync(FileInfo file, string? url, Func<string, string?> env, TextWriter output, TextWriter error)
    {
        if (url is not null && !TryBase(url, out url))
        {
            await error.WriteLineAsync("--url is no address that Slack can call: it must begin with https:// and hold no user name, query or fragment, such as https://chatops.example.com.");
            return 2;
        }
        SlackConfig slack;
        if (file.Exists)
        {
            var (read, mistakes) = ConfigReader.ReadSlack(file.ToString(), env);
            foreach (var mistake in mistakes) await error.WriteLineAsync(mistake.ToString());
            if (read is null) return 2;
            slack = read;
        }
        else
        {
            await error.WriteLineAsync($"There is no {file}: this is the manifest with the default names.");
            slack = new SlackConfig { Transport = url is null ? SlackTransport.Socket : SlackTransport.Http };
        }
        if (slack.Transport == SlackTransport.Http && url is null)
        {
            await error.WriteLineAsync("The transport is http, so Slack must be told where it reaches the bot. Add --url https://… with the public address that leads to 'listen'.");
            return 2;
        }
        await output.WriteAsync(SlackManifest.For(slack, url));
        return 0;
    }

    private static bool TryBase(string text, out string? url)
    {
        url = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme != "https" || address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
            return false;
        url = address.AbsoluteUri.TrimEnd('/');
        return true;
    }
}
