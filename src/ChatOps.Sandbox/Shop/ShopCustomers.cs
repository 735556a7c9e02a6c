using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Shop;

/// <summary>The people who use the shop: real requests over HTTP, mostly good ones, now and then a wrong password or an old session.</summary>
internal sealed class ShopCustomers(Uri shop, TimeProvider clock) : IDisposable
{
    private const int AtOnce = 64;
    private const int FewEverySeconds = 5;
    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(20) }) { BaseAddress = shop, Timeout = TimeSpan.FromSeconds(10) };
    private readonly SemaphoreSlim places = new(AtOnce, AtOnce);
    private readonly string?[] sessions = new string?[ShopDatabase.Customers.Count];
    private int turn;

    /// <summary>Almost all stay away: one request in five seconds.</summary>
    public bool AreFew { get; set; }

    /// <summary>Shops until cancelled; requests of the last seconds may still be under way then, and are left.</summary>
    public async Task RunAsync(int requestsPerSecond, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / requestsPerSecond), clock);
        var underWay = new List<Task>();
        long ticks = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (AreFew && ticks++ % (FewEverySeconds * requestsPerSecond) != 0) continue;
                underWay.RemoveAll(t => t.IsCompleted);
                if (await places.WaitAsync(0, cancellationToken)) underWay.Add(OneAsync(cancellationToken));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(underWay);
        }
    }

    /// <summary>One of each kind of request: what fills one stretch of the log.</summary>
    public Task RoundAsync(CancellationToken cancellationToken)
    {
        var customer = Interlocked.Increment(ref turn) % sessions.Length;
        return Task.WhenAll(
            LoginAsync(customer, Random.Shared.Next(20) == 0, cancellationToken), CartAsync(customer, cancellationToken),
            GetAsync("/products", null, cancellationToken), GetAsync("/health", null, cancellationToken));
    }

    public void Dispose()
    {
        http.Dispose();
        places.Dispose();
    }

    private async Task OneAsync(CancellationToken cancellationToken)
    {
        try
        {
            var customer = Random.Shared.Next(sessions.Length);
            await (Random.Shared.Next(20) switch
            {
                < 6 => LoginAsync(customer, Random.Shared.Next(20) == 0, cancellationToken),
                < 12 => CartAsync(customer, cancellationToken),
                < 19 => GetAsync("/products", null, cancellationToken),
                _ => GetAsync("/health", null, cancellationToken),
            });
        }
        finally
        {
            places.Release();
        }
    }

    private async Task LoginAsync(int customer, bool wrong, CancellationToken cancellationToken)
    {
        var user = ShopDatabase.Customers[customer];
        var body = new JsonObject { ["user"] = user, ["password"] = wrong ? "forgotten" : ShopDatabase.PasswordOf(user) };
        await SendAsync(async () =>
        {
            using var response = await http.PostAsync(new Uri("/login", UriKind.Relative), JsonContent.Create(body), cancellationToken);
            if (response.StatusCode == HttpStatusCode.OK)
                sessions[customer] = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))?["session"]?.GetValue<string>();
        }, cancellationToken);
    }

    private Task CartAsync(int customer, CancellationToken cancellationToken) =>
        sessions[customer] is { } session && Random.Shared.Next(60) > 0
            ? GetAsync("/cart", session, cancellationToken)
            : GetAsync("/cart", "expired-" + customer.ToString(CultureInfo.InvariantCulture), cancellationToken);

    private Task GetAsync(string path, string? session, CancellationToken cancellationToken) => SendAsync(async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (session is not null) request.Headers.Add("X-Session", session);
        using var response = await http.SendAsync(request, cancellationToken);
    }, cancellationToken);

    // A customer whose request fails goes away and comes back later: what failed is in the shop's own log and metrics.
    private static async Task SendAsync(Func<Task> request, CancellationToken cancellationToken)
    {
        try
        {
            await request();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            if (cancellationToken.IsCancellationRequested) return;
        }
    }
}
