using System.Globalization;
using System.Text.Json;

namespace ChatOps.Sandbox.Shop.Services;

/// <summary>The shop's calls to the inventory service.</summary>
internal sealed class InventoryCalls(Uri address, ServiceLog log, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10) })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(3),
    };

    /// <summary>How many articles are in stock.</summary>
    public async Task<int> StockAsync(CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        var text = await http.GetStringAsync(new Uri("/stock", UriKind.Relative), cancellationToken);
        var took = clock.GetElapsedTime(start);
        if (took > Slow) log.Warn("shop.inventory", $"GET {address}stock answered slowly: {took.TotalMilliseconds:0} ms");
        return int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    public async Task<ReadyCheck> CheckAsync(CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            using var response = await http.GetAsync(new Uri("/ready", UriKind.Relative), deadline.Token);
            if (response.IsSuccessStatusCode) return new ReadyCheck("inventory", true, $"answered in {clock.GetElapsedTime(start).TotalMilliseconds:0} ms");
            var answer = JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(deadline.Token), WebJson.Default.ReadyAnswer);
            return new ReadyCheck("inventory", false, answer?.Checks.FirstOrDefault(c => !c.Ok)?.Detail ?? $"answered {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException)
        {
            return new ReadyCheck("inventory", false, e is OperationCanceledException ? "no answer in 1 s" : ServiceLog.OnOneLine(e));
        }
    }

    public void Dispose() => http.Dispose();
}
