using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>
/// What stands in front of a web service: takes its users' port and hands each request to the version that runs or to the candidate, by weight.
/// Evenly rather than by chance, so that 5 % are 5 % over a few hundred requests too. Plain HTTP/1.1, answers of a few kilobytes.
/// </summary>
internal sealed class WeightedProxy : IAsyncDisposable
{
    /// <summary>Requests with this header are not of users: they are handed on like the others and not counted.</summary>
    public const string NotAUser = "X-Shop-Watch";

    /// <summary>Less than the patience of the customers, so that a version that hangs is charged with it, and not they with breaking off.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly HashSet<string> OfAConnection = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Host", "Content-Length",
    };
    private static readonly HashSet<string> NotUsers = new(["/health", "/ready", "/metrics"], StringComparer.Ordinal);

    private readonly WebApplication app;
    private readonly TrafficLog traffic;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim startGate = new(1, 1);
    private volatile Routing routing = new(null, null, 0);
    private bool started;
    private long users;
    private long others;

    public WeightedProxy(int port, TrafficLog traffic, TimeProvider clock)
    {
        (this.traffic, this.clock) = (traffic, clock);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Listen(IPAddress.Loopback, port);
        });
        app = builder.Build();
        app.Run(HandleAsync);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await startGate.WaitAsync(cancellationToken);
        try
        {
            if (started) return;
            await app.StartAsync(cancellationToken);
            started = true;
        }
        finally
        {
            startGate.Release();
        }
    }

    /// <summary>From now on: requests that are under way stay where they are.</summary>
    public void Route(Backend? stable, Backend? candidate, int percent) => routing = new Routing(stable, candidate, percent);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        startGate.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        var isUser = !NotUsers.Contains(path) && !context.Request.Headers.ContainsKey(NotAUser);
        if (Choose(path, isUser) is not { } use)
        {
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "nothing runs");
            return;
        }
        using var chosen = use;
        var backend = use.Backend;
        var start = clock.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(Patience);
        Answer? answer = null;
        try
        {
            answer = await ForwardAsync(context, backend, deadline.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            if (ClientLeft(e, context)) return;
        }
        var took = clock.GetElapsedTime(start);
        if (isUser && answer?.Status != StatusCodes.Status404NotFound)
            traffic.Note(backend.Version, answer?.Status ?? (took >= Patience ? StatusCodes.Status504GatewayTimeout : null), took, path == "/login");
        if (answer is null) await AnswerAsync(context, took >= Patience ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status502BadGateway, $"{backend.Version} does not answer");
        else await WriteAsync(context, answer);
    }

    // Health checks are of what runs, not of what is tried; the shop's own watch has a count of its own, so that it does not shift what the users get.
    private Backend.Use? Choose(string path, bool isUser)
    {
        while (true)
        {
            var now = routing;
            var backend = now.Stable;
            if (now.Candidate is not null && !NotUsers.Contains(path))
            {
                var turn = isUser ? Interlocked.Increment(ref users) : Interlocked.Increment(ref others);
                if (turn * now.Percent / 100 > (turn - 1) * now.Percent / 100) backend = now.Candidate;
            }
            var use = backend?.Begin();
            // Where the routes changed between the look and the beginning, the chosen one may be ending already.
            if (ReferenceEquals(now, routing)) return use;
            use?.Dispose();
        }
    }

    private static async Task<Answer> ForwardAsync(HttpContext context, Backend backend, CancellationToken cancellationToken)
    {
        var incoming = context.Request;
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var request = new HttpRequestMessage(new HttpMethod(incoming.Method), new Uri(backend.Address, target.StartsWith('/') ? target : "/"));
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
        {
            request.Content = new StreamContent(incoming.Body);
            request.Content.Headers.ContentLength = incoming.ContentLength;
        }
        foreach (var (name, value) in incoming.Headers)
            if (!OfAConnection.Contains(name) && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value)) request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
        return await backend.SendAsync(request, async response => new Answer(
            (int)response.StatusCode,
            [.. response.Headers.Concat(response.Content.Headers).Where(h => !OfAConnection.Contains(h.Key)).Select(h => (h.Key, new StringValues([.. h.Value])))],
            await response.Content.ReadAsByteArrayAsync(cancellationToken)), cancellationToken);
    }

    private static async Task WriteAsync(HttpContext context, Answer answer)
    {
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers) context.Response.Headers[name] = value;
        try
        {
            if (answer.Body.Length > 0) await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The answer was there; nobody waits for it any more.
            return;
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, string why) =>
        WriteAsync(context, new Answer(status, [("Content-Type", "application/json")], System.Text.Encoding.UTF8.GetBytes($"{{\"error\":\"{why}\"}}")));

    // A request body that ends too early fails the forwarding before the connection counts as gone.
    private static bool ClientLeft(Exception failure, HttpContext context)
    {
        for (var e = failure; e is not null; e = e.InnerException)
            if (e is BadHttpRequestException or Microsoft.AspNetCore.Connections.ConnectionResetException) return true;
        return context.RequestAborted.IsCancellationRequested;
    }

    private sealed record Routing(Backend? Stable, Backend? Candidate, int Percent);

    private sealed record Answer(int Status, IReadOnlyList<(string Name, StringValues Value)> Headers, byte[] Body);
}
