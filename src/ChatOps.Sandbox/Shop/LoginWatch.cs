using System.Net;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Shop.Platform;

namespace ChatOps.Sandbox.Shop;

/// <summary>
/// Signs in every 200 ms over a new connection and keeps when that began to fail and when it worked again.
/// Two failures in a row make an outage, two successes end it: each is dated by its first.
/// </summary>
internal sealed class LoginWatch(Uri shop, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);
    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { BaseAddress = shop, Timeout = TimeSpan.FromSeconds(2) };
    private readonly Lock gate = new();
    private DateTimeOffset? streakSince;
    private bool streakIsGood = true;
    private DateTimeOffset? failingSince;
    private DateTimeOffset? okSince;

    public (DateTimeOffset? FailingSince, DateTimeOffset? OkSince) Truth
    {
        get { lock (gate) return (failingSince, okSince); }
    }

    /// <summary>Logins work: they did not fail since the start, or work again.</summary>
    public bool IsOk => Truth is { FailingSince: null } or { OkSince: not null };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var at = clock.GetUtcNow();
                Note(at, await TryAsync(cancellationToken));
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    /// <summary>One login; whether it succeeded.</summary>
    public async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            var body = new JsonObject { ["user"] = ShopHost.ProbeUser, ["password"] = ShopHost.ProbePassword };
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/login", UriKind.Relative)) { Content = JsonContent.Create(body) };
            // It is no customer: where those stay away, it must not look like one.
            request.Headers.Add(WeightedProxy.NotAUser, "1");
            using var response = await http.SendAsync(request, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    public void Dispose() => http.Dispose();

    internal void Note(DateTimeOffset at, bool good)
    {
        lock (gate)
        {
            if (good != streakIsGood || streakSince is null)
            {
                (streakSince, streakIsGood) = (at, good);
                return;
            }
            if (!good && (failingSince is null || okSince is not null)) (failingSince, okSince) = (streakSince, null);
            else if (good && failingSince is not null) okSince ??= streakSince;
        }
    }
}
