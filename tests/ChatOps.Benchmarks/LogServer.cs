using System.Globalization;
using System.Net;
using System.Text;

namespace ChatOps.Benchmarks;

/// <summary>As much of an API server as the logs of one deployment need, in a process of its own; its lines are made as they are asked for.</summary>
internal static class LogServer
{
    public const string Namespace = "shop";

    /// <summary>All pods write over this long, until now.</summary>
    public static readonly TimeSpan Written = TimeSpan.FromMinutes(10);

    private static readonly byte[][] Texts = [.. Enumerable.Range(0, 1_000).Select(i => Encoding.UTF8.GetBytes(Text(i)))];

    public static async Task<int> RunAsync(int pods, int lines)
    {
        var now = TimeProvider.System.GetUtcNow();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.Run(context => context.Request.Path.Value switch
        {
            "/apis/apps/v1/namespaces/shop/deployments/shop" => context.Response.WriteAsync("""{"kind":"Deployment","metadata":{"name":"shop","uid":"d"},"spec":{"selector":{"matchLabels":{"app":"shop"}},"template":{"spec":{"containers":[{"name":"app","image":"shop:v1"}]}}}}"""),
            "/apis/apps/v1/namespaces/shop/replicasets" => context.Response.WriteAsync("""{"items":[{"metadata":{"name":"shop-1","uid":"r","ownerReferences":[{"controller":true,"uid":"d"}],"annotations":{"deployment.kubernetes.io/revision":"1"}},"spec":{"template":{"spec":{"containers":[{"name":"app"}]}}}}]}"""),
            "/api/v1/namespaces/shop/pods" => context.Response.WriteAsync($"{{\"items\":[{string.Join(',', Enumerable.Range(0, pods).Select(p => Pod(p, now - Written)))}]}}"),
            var path when path!.EndsWith("/log", StringComparison.Ordinal) => LogAsync(context, path, now, pods, lines),
            _ => Task.FromResult(context.Response.StatusCode = 404),
        });
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        // Ends with whoever started it.
        await Console.In.ReadLineAsync();
        return 0;
    }

    private static string Pod(int number, DateTimeOffset started) =>
        $$$$"""{"metadata":{"name":"shop-1-{{{{number}}}}","ownerReferences":[{"controller":true,"uid":"r"}]},"status":{"phase":"Running","startTime":"{{{{started.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}}}}","containerStatuses":[{"name":"app","state":{"running":{}}}]}}""";

    private static async Task LogAsync(HttpContext context, string path, DateTimeOffset now, int pods, int lines)
    {
        var pod = int.Parse(path.Split('/')[^2]["shop-1-".Length..], CultureInfo.InvariantCulture);
        var since = DateTimeOffset.Parse(context.Request.Query["sinceTime"]!, CultureInfo.InvariantCulture);
        var step = Written / lines;
        var writer = context.Response.BodyWriter;
        for (var i = 0; i < lines; i++)
        {
            var at = now - Written + (step * i) + (step / pods * pod);
            if (at < since) continue;
            var text = Texts[(i + (pod * 7)) % Texts.Length];
            Write(writer.GetSpan(31 + text.Length + 1), at, text);
            writer.Advance(31 + text.Length + 1);
            if (writer.UnflushedBytes > 32 * 1024) await writer.FlushAsync(context.RequestAborted);
        }
        await writer.FlushAsync(context.RequestAborted);
    }

    private static void Write(Span<byte> to, DateTimeOffset at, byte[] text)
    {
        System.Buffers.Text.Utf8Formatter.TryFormat(at.UtcDateTime, to, out _, 'O');
        // Seven digits and 'Z' become nine and 'Z', as kubelets write them.
        "00Z "u8.CopyTo(to[27..]);
        text.CopyTo(to[31..]);
        to[31 + text.Length] = (byte)'\n';
    }

    private static string Text(int i) => (i % 10) switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"ERROR [checkout] connect ECONNREFUSED 10.0.{i % 256}.7:5432 after {i}ms (attempt {i % 5})"),
        1 => string.Create(CultureInfo.InvariantCulture, $"WARN  [inventory] slow query took {i} ms: select * from stock where sku = 'SKU-{i}'"),
        < 5 => string.Create(CultureInfo.InvariantCulture, $"level=info caller=http.go:{i % 400} msg=\"request done\" path=/cart/{i * 7919} status=200 took={i}ms"),
        < 8 => string.Create(CultureInfo.InvariantCulture, $"INFO  [checkout] order {i * 104729} placed by customer c-{i * 31} in {i} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{{\"level\":\"info\",\"msg\":\"cart updated\",\"cart\":\"c{i * 7}\",\"items\":{i % 20},\"duration_ms\":{i}}}"),
    };
}
