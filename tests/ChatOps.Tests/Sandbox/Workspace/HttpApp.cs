using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace ChatOps.Tests.Sandbox.Workspace;

/// <summary>One request that the sandbox sent.</summary>
internal sealed record HttpDelivery(string Path, string ContentType, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public JsonObject Payload => JsonNode.Parse(Form["payload"])!.AsObject();

    public IReadOnlyDictionary<string, string> Form => QueryHelpers.ParseQuery(Body).ToDictionary(p => p.Key, p => p.Value.ToString(), StringComparer.Ordinal);
}

/// <summary>The smallest app that takes signed requests: keeps them and answers as the test says.</summary>
internal sealed class HttpApp : IAsyncDisposable
{
    private readonly WebApplication app;

    private HttpApp()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.MapFallback(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var delivery = new HttpDelivery(context.Request.Path, context.Request.ContentType ?? "", await reader.ReadToEndAsync(context.RequestAborted),
                context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            Received.Enqueue(delivery);
            await Answer(delivery, context);
        });
    }

    public ConcurrentQueue<HttpDelivery> Received { get; } = new();

    public Func<HttpDelivery, HttpContext, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public string Url => app.Urls.First();

    public static async Task<HttpApp> StartAsync()
    {
        var made = new HttpApp();
        await made.app.StartAsync(TestContext.Current.CancellationToken);
        return made;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
