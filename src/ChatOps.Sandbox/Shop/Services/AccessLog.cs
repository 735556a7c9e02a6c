using System.Collections.Concurrent;

namespace ChatOps.Sandbox.Shop.Services;

/// <summary>
/// One access line per route and status in ten seconds: a busy service that logged every request would drown its log,
/// and the warm-up, which plays an hour in seconds, leaves the same density of lines as live traffic.
/// </summary>
internal sealed class AccessLog(ServiceLog log, string logger, TimeProvider clock)
{
    private static readonly long Slot = TimeSpan.FromSeconds(10).Ticks;
    private readonly ConcurrentDictionary<(string Route, int Code), long> written = new();

    public void Request(string method, string route, int code, double milliseconds, string? user)
    {
        if (route == "/ready" && code == 200) return;
        var slot = clock.GetUtcNow().Ticks / Slot;
        var fresh = false;
        written.AddOrUpdate((route, code), _ => { fresh = true; return slot; }, (_, last) => { fresh = last != slot; return slot; });
        if (!fresh) return;
        var text = $"{method} {route} {code} in {milliseconds:0.0} ms{(user is null ? "" : $" user={user}")}";
        if (code >= 400) log.Warn(logger, text);
        else log.Info(logger, text);
    }
}
