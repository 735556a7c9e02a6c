using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Shop;
using ChatOps.Tests.Sandbox.Shop;

[assembly: AssemblyFixture(typeof(ShopFixture))]

namespace ChatOps.Tests.Sandbox.Shop;

/// <summary>One real shop for all tests that need one: processes, database and platform; tests that break it share a collection and heal it.</summary>
public sealed class ShopFixture : IAsyncLifetime
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly string folder = Directory.CreateTempSubdirectory("shop-").FullName;
    private RunningShop? running;

    /// <summary>The shop, started at the first call, healed of whatever an earlier test broke and running v41 alone.</summary>
    internal async Task<RunningShop> HealthyAsync()
    {
        await gate.WaitAsync();
        try
        {
            running ??= await RunningShop.StartAsync(new ShopOptions
            {
                StateFolder = Path.Combine(folder, "shop"),
                ClockFile = Path.Combine(folder, "clock"),
                WarmUp = TimeSpan.FromMinutes(20),
                WarmUpTakes = TimeSpan.FromSeconds(2),
                LeakBytesPerSecond = 48 << 20,
            });
            await running.Shop.HealAsync(CancellationToken.None);
            await BackToStartAsync(running);
            return running;
        }
        finally
        {
            gate.Release();
        }
    }

    // What an earlier test left where it failed in the middle must not fail this one.
    private static async Task BackToStartAsync(RunningShop shop)
    {
        var status = await shop.StatusAsync("shop");
        object Ask() => new { operation_id = $"fixture-{Guid.NewGuid():N}", actor = "fixture", to_version = "v41" };
        if (status["candidate"] is not null) await shop.ActAsync("shop", "drop-candidate", Ask());
        if ((string)status["version"]! != "v41") await shop.ActAsync("shop", "rollback", Ask());
        await shop.Shop.HealAsync(CancellationToken.None);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (running is not null) await running.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        gate.Dispose();
    }
}

/// <summary>A shop with its platform's API and controls served on a port.</summary>
internal sealed class RunningShop(ShopHost shop, WebApplication app, HttpClient http) : IAsyncDisposable
{
    public ShopHost Shop => shop;

    /// <summary>With the platform's token.</summary>
    public HttpClient Http => http;

    public static async Task<RunningShop> StartAsync(ShopOptions options)
    {
        var shop = await ShopHost.StartAsync(options, CancellationToken.None);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapShop(shop);
        await app.StartAsync();
        var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(app.Urls.First()) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", shop.Token);
        return new RunningShop(shop, app, http);
    }

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    public async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(string path, object body)
    {
        using var response = await http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public Task<JsonNode> StatusAsync(string service, string environment = "production") => GetAsync($"/v1/services/{service}?environment={environment}");

    /// <summary>The texts of the log since a time, without the closing record.</summary>
    public async Task<IReadOnlyList<string>> LogAsync(string service, DateTimeOffset since)
    {
        var text = await http.GetStringAsync(new Uri($"/v1/services/{service}/logs?environment=production&since={since.UtcDateTime:O}", UriKind.Relative));
        var records = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToList();
        ((bool)records[^1]["end"]!).ShouldBeTrue();
        return [.. records.SkipLast(1).Select(r => (string)r["line"]!)];
    }

    /// <summary>The values of a series since a time.</summary>
    public async Task<IReadOnlyList<double>> MetricAsync(string service, string name, DateTimeOffset since)
    {
        var answer = await GetAsync($"/v1/services/{service}/metrics?environment=production&since={since.UtcDateTime:O}");
        var series = answer["series"]!.AsArray().FirstOrDefault(s => (string)s!["name"]! == name);
        return series is null ? [] : [.. series["points"]!.AsArray().Select(p => (double)p![1]!)];
    }

    /// <summary>Runs an action to its end.</summary>
    public async Task<JsonNode> ActAsync(string service, string kind, object body, string environment = "production")
    {
        var (status, operation) = await PostAsync($"/v1/services/{service}/{kind}?environment={environment}", body);
        status.ShouldBe(HttpStatusCode.Accepted, operation.ToJsonString());
        return await UntilAsync(() => GetAsync($"/v1/operations/{operation["operation_id"]}"), o => (string)o["state"]! != "running");
    }

    /// <summary>Looks again until the condition holds; fails with what it saw last after 40 s.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var seen = await look();
            if (holds(seen)) return seen;
            try
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"It did not come to that in 40 s; seen last: {(seen is JsonNode json ? json.ToJsonString() : seen is IEnumerable<string> lines ? string.Join('\n', lines.TakeLast(20)) : seen)}", e);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
        await shop.DisposeAsync();
    }
}
