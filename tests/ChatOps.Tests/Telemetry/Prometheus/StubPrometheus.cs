using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace ChatOps.Tests.Telemetry.Prometheus;

/// <summary>Answers as it is told, and keeps what it was asked.</summary>
internal sealed class StubPrometheus : IAsyncDisposable
{
    private readonly WebApplication app;

    private StubPrometheus(WebApplication app) => this.app = app;

    public Uri Url { get; private set; } = null!;

    /// <summary>Path and query as they came over the wire, and who asked.</summary>
    public ConcurrentQueue<(string Target, string? Authorization)> Calls { get; } = new();

    public Func<HttpContext, Task> Answer { get; set; } = _ => throw new InvalidOperationException("Nobody registered an answer.");

    /// <param name="certificate">Null: without TLS.</param>
    public static async Task<StubPrometheus> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        var stub = new StubPrometheus(builder.Build());
        stub.app.Run(context =>
        {
            stub.Calls.Enqueue((context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget, context.Request.Headers.Authorization));
            return stub.Answer(context);
        });
        await stub.app.StartAsync();
        stub.Url = new(stub.app.Urls.Single());
        return stub;
    }

    /// <summary>One body for every call.</summary>
    public void Say(string json, int status = 200) => Answer = context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    };

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
