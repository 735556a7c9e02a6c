using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;

namespace ChatOps.Tests.Platforms.Pipelines;

/// <summary>A run as all three vendors would keep it.</summary>
internal sealed record StubRun(long Id, string Place, string Pipeline, IReadOnlyDictionary<string, string> Inputs, string By, DateTimeOffset At)
{
    /// <summary>queued, running, waiting, success, failure or cancelled.</summary>
    public string State { get; set; } = "queued";
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Taken, and not in the list yet.</summary>
    public bool Unlisted { get; set; }
    public List<(DateTimeOffset At, string Text)> Log { get; } = [];
}

/// <summary>A commit as both vendors with a repository would keep it.</summary>
internal sealed record StubCommit(string Sha, string By, DateTimeOffset At, string Message);

/// <summary>What the stubs of the three vendors have in common: a port, runs that stay, and misbehaviour. Shop was deployed twice; its restart of 08:58 failed; v42 is in staging too.</summary>
internal abstract class StubPipelines : IAsyncDisposable
{
    public const string Token = "glpat-not-to-be-shown-4711";

    private readonly WebApplication app;
    private long ids = 200;

    protected StubPipelines()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    public Uri Url { get; private set; } = null!;

    /// <summary>Runs before a call is answered; true: it answered or broke the call by itself.</summary>
    public Func<HttpContext, Task<bool>> Misbehave { get; set; } = _ => Task.FromResult(false);

    /// <summary>After a run was started, before its answer goes out.</summary>
    public Func<HttpContext, Task> AfterAction { get; set; } = _ => Task.CompletedTask;

    public ConcurrentQueue<StubCall> Calls { get; } = new();

    public ConcurrentDictionary<long, StubRun> Runs { get; } = new();

    /// <summary>Oldest first.</summary>
    public List<StubCommit> Commits { get; } =
    [
        new("c41", "mei", new(2026, 11, 18, 8, 41, 0, TimeSpan.Zero), "Carts"),
        new("1f0e9d8c7b6a5f4e3d2c1b0a9f8e7d6c5b4a3f2e", "ana", new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero), "Ask for the country"),
        new("c42", "tom", new(2026, 11, 21, 8, 41, 0, TimeSpan.Zero), "Remember the country\n\nLonger."),
    ];

    /// <summary>How many of them each tag holds.</summary>
    public Dictionary<string, int> Tags { get; } = new(StringComparer.Ordinal) { ["v41"] = 1, ["v42"] = 3 };

    public int Actions;

    public StubRun Latest => Runs.Values.MaxBy(r => r.Id)!;

    /// <summary>Where a failed run keeps its log.</summary>
    public StubRun Failing => Runs[103];

    public async Task StartAsync()
    {
        await app.StartAsync();
        Url = new(app.Urls.Single());
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    public static async Task JsonAsync(HttpContext context, JsonNode json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json.ToJsonString());
    }

    public static Task RefuseAsync(HttpContext context, int status, string message) => JsonAsync(context, new JsonObject { ["message"] = message }, status);

    public void Add(long id, string place, string pipeline, string by, string at, string state, string ended, params (string, string)[] inputs) =>
        Runs[id] = new(id, place, pipeline, inputs.ToDictionary(i => i.Item1, i => i.Item2, StringComparer.Ordinal), by, DateTimeOffset.Parse(at, null)) { State = state, EndedAt = DateTimeOffset.Parse(ended, null) };

    protected abstract bool Knows(HttpRequest request);

    /// <param name="path">Its segments, decoded.</param>
    protected abstract Task AnswerAsync(HttpContext context, string[] path, string body);

    protected StubRun Start(string place, string pipeline, IReadOnlyDictionary<string, string> inputs)
    {
        Interlocked.Increment(ref Actions);
        var id = Interlocked.Increment(ref ids);
        return Runs[id] = new(id, place, pipeline, inputs, "chatops-bot", TimeProvider.System.GetUtcNow());
    }

    /// <returns>False: it is over.</returns>
    protected static bool Cancel(StubRun run)
    {
        if (run.State is "success" or "failure" or "cancelled") return false;
        (run.State, run.EndedAt) = ("cancelled", TimeProvider.System.GetUtcNow());
        return true;
    }

    protected IEnumerable<StubRun> Of(string place, string? pipeline = null) => Runs.Values.Where(r => r.Place == place && (pipeline is null || r.Pipeline == pipeline) && !r.Unlisted).OrderByDescending(r => r.Id);

    /// <summary>The commits that the second tag holds and the first does not, oldest first; null: one of them is none.</summary>
    protected IReadOnlyList<StubCommit>? Between(string from, string to) => Tags.TryGetValue(from, out var first) && Tags.TryGetValue(to, out var last) ? [.. Commits.Take(last).Skip(first)] : null;

    protected static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);

    private async Task AnswerAsync(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
        Calls.Enqueue(new(context.Request.Method, raw, body, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString())));
        if (await Misbehave(context)) return;
        if (Knows(context.Request)) await AnswerAsync(context, [.. raw.Split('?')[0].Split('/').Skip(1).Select(Uri.UnescapeDataString)], body);
        else await RefuseAsync(context, 401, $"{context.Request.Headers.Authorization}{context.Request.Headers["PRIVATE-TOKEN"]} is not known here.");
    }
}

/// <summary>A request as it came over the wire.</summary>
internal sealed record StubCall(string Method, string Target, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public override string ToString() => $"{Method} {Target}";
}
