using System.Net;
using ChatOps.Configuration;

namespace ChatOps.Cli;

/// <summary><c>healthcheck</c>: asks the bot of the same configuration on this machine whether it is ready, for a container's health check: no image needs curl for it.</summary>
internal static class HealthCheckCommand
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);

    /// <param name="url">Null: where the configuration listens.</param>
    /// <param name="env">An environment variable's value, or null.</param>
    /// <returns>0: ready. 1: not, with the reason as one line; no other code, since Docker keeps 2 for itself.</returns>
    public static async Task<int> RunAsync(FileInfo file, string? url, Func<string, string?> env, TextWriter output, CancellationToken cancellationToken)
    {
        if (AddressOf(file, url, env, out var mistake) is not { } address) return await TellAsync(output, mistake!, ready: false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        // A proxy of the system is for the world outside.
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        try
        {
            using var response = await http.GetAsync(address, limit.Token);
            return await TellAsync(output, await response.Content.ReadAsStringAsync(limit.Token), response.IsSuccessStatusCode);
        }
        catch (HttpRequestException e)
        {
            return await TellAsync(output, $"{address} cannot be reached: {Platforms.NetworkFailure.Text(e)}", ready: false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return await TellAsync(output, $"{address} did not answer within {Durations.Text(Longest)}", ready: false);
        }
    }

    private static Uri? AddressOf(FileInfo file, string? url, Func<string, string?> env, out string? mistake)
    {
        mistake = null;
        if (url is not null)
        {
            if (Uri.TryCreate(url, UriKind.Absolute, out var given) && given.Scheme is "http" or "https") return given;
            mistake = "--url is no address that begins with http:// or https://";
            return null;
        }
        var read = ConfigReader.Read(file.ToString(), env);
        if (!read.IsValid)
        {
            mistake = read.Mistakes[0].ToString();
            return null;
        }
        var listens = new UriBuilder(read.Config.ListenUrl) { Path = "/health/ready" };
        // All addresses of the machine are none that one could call.
        if (IPAddress.TryParse(listens.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))) listens.Host = ip.Equals(IPAddress.Any) ? "127.0.0.1" : "[::1]";
        return listens.Uri;
    }

    private static async Task<int> TellAsync(TextWriter output, string line, bool ready)
    {
        await output.WriteLineAsync(line);
        return ready ? 0 : 1;
    }
}
