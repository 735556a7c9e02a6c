using System.Net;

namespace ChatOps.Sandbox.Control;

/// <summary>
/// Only this machine may speak to the sandbox, and only by a name of this machine: the address alone would not stop a web page elsewhere
/// from having the browser of whoever runs the sandbox call it (Origin), nor a name that was made to point here (Host).
/// </summary>
internal static class LoopbackGuard
{
    public static bool Allows(HttpContext context) =>
        (context.Connection.RemoteIpAddress is not { } remote || IPAddress.IsLoopback(remote))
        && IsLocal(context.Request.Host.Host)
        && OriginAllowed(context.Request);

    private static bool OriginAllowed(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0)
            return request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";
        return Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsLocal(uri.Host) && uri.Port == (request.Host.Port ?? 80);
    }

    private static bool IsLocal(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
