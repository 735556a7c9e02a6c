using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Tests.Platforms.Docker;

/// <summary>A Docker Engine after https://docs.docker.com/reference/api/engine/version/v1.41, on a unix socket: containers that start, end and are renamed, images, volumes, logs.</summary>
internal sealed class StubEngine : IAsyncDisposable
{
    public const string Token = "dkr-not-to-be-shown-4711";

    private readonly WebApplication app;
    private readonly DirectoryInfo folder;
    private int changes;
    private int changing;
    private int actions;

    private StubEngine(WebApplication app, DirectoryInfo folder) => (this.app, this.folder) = (app, folder);

    public string Socket => Path.Combine(folder.FullName, "docker.sock");

    /// <summary>Runs before a call is answered; true: it answered or broke the call by itself.</summary>
    public Func<HttpContext, Task<bool>> Misbehave { get; set; } = _ => Task.FromResult(false);

    /// <summary>After an action was taken, before its answer goes out.</summary>
    public Func<HttpContext, Task> AfterAction { get; set; } = _ => Task.CompletedTask;

    /// <summary>No change is being made.</summary>
    public bool Quiet => Volatile.Read(ref changing) == 0;

    /// <summary>After each call that changed something, with its number.</summary>
    public Func<int, Task> AfterChange { get; set; } = _ => Task.CompletedTask;

    public ConcurrentQueue<string> Calls { get; } = new();

    public StubContainers Containers { get; } = new();

    /// <summary>What was begun at a service, however many calls it takes: a restart, a limit, a container that is made.</summary>
    public int Actions => actions;

    public string Accepts { get; set; } = Token;

    public static async Task<StubEngine> StartAsync()
    {
        var own = Directory.CreateTempSubdirectory("chatops-stub-docker-");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.ListenUnixSocket(Path.Combine(own.FullName, "docker.sock")));
        var stub = new StubEngine(builder.Build(), own);
        stub.app.Run(stub.AnswerAsync);
        await stub.app.StartAsync();
        return stub;
    }

    public Task StopAsync() => app.DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        folder.Delete(recursive: true);
    }

    public static async Task RefuseAsync(HttpContext context, int code, string message)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(new JsonObject { ["message"] = message }.ToJsonString());
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var raw = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        Calls.Enqueue($"{context.Request.Method} {Uri.UnescapeDataString(raw)}");
        if (await Misbehave(context)) return;
        if (context.Request.Headers.Authorization != $"Bearer {Accepts}")
        {
            await RefuseAsync(context, 401, $"who is that: {context.Request.Headers.Authorization}");
            return;
        }
        var parts = raw.Split('?')[0].TrimStart('/').Split('/').Select(Uri.UnescapeDataString).ToList();
        if (parts[0] != "version" && parts[0] != "v1.41")
        {
            await RefuseAsync(context, 400, $"client version {parts[0]} is too new. Maximum supported API version is 1.41");
            return;
        }
        parts.Remove("v1.41");
        if (context.Request.Method == "GET") await ReadAsync(context, parts);
        else
        {
            Interlocked.Increment(ref changing);
            try
            {
                await ChangeAsync(context, parts);
            }
            finally
            {
                Interlocked.Decrement(ref changing);
            }
        }
    }

    private async Task ReadAsync(HttpContext context, List<string> parts)
    {
        var filters = JsonNode.Parse((string?)context.Request.Query["filters"] ?? "{}")!;
        switch (parts)
        {
            case ["version"]:
                await JsonAsync(context, new JsonObject { ["Version"] = "20.10.24", ["ApiVersion"] = "1.41", ["MinAPIVersion"] = "1.12" });
                break;
            case ["containers", "json"]:
                await JsonAsync(context, Containers.List(filters));
                break;
            case ["containers", var id, "json"] when Containers.Find(id) is { } found:
                await JsonAsync(context, found);
                break;
            case ["containers", var id, "stats"] when Containers.Find(id) is not null:
                await JsonAsync(context, StubContainers.Stats());
                break;
            case ["containers", var id, "logs"] when Containers.Find(id) is { } found:
                await LogAsync(context, found);
                break;
            case ["images", "json"]:
                await JsonAsync(context, new JsonArray([.. Containers.Images.Where(i => filters["reference"] is null || i["RepoTags"]!.AsArray().Any(t => ((string)t!).StartsWith((string)filters["reference"]![0]! + ":", StringComparison.Ordinal))).Select(i => i.DeepClone())]));
                break;
            case ["images", .. var name, "json"] when Containers.Image(string.Join('/', name)) is { } image:
                await JsonAsync(context, image);
                break;
            case ["volumes"]:
                await JsonAsync(context, new JsonObject { ["Volumes"] = Containers.Volumes((string?)filters["label"]?[0]) });
                break;
            case ["events"]:
                await context.Response.WriteAsync(string.Concat(Containers.Events.Select(e => e.ToJsonString() + "\n")));
                break;
            default:
                await RefuseAsync(context, 404, $"No such thing: {string.Join('/', parts)}");
                break;
        }
    }

    private async Task ChangeAsync(HttpContext context, List<string> parts)
    {
        var body = context.Request.ContentLength > 0 ? (JsonObject?)await JsonNode.ParseAsync(context.Request.Body) : null;
        var (status, answer, action) = Containers.Change(context.Request.Method, parts, context.Request.Query, body);
        if (status >= 400)
        {
            await RefuseAsync(context, status, answer?.ToString() ?? "no");
            return;
        }
        if (action) Interlocked.Increment(ref actions);
        await AfterChange(Interlocked.Increment(ref changes));
        if (action) await AfterAction(context);
        if (context.RequestAborted.IsCancellationRequested) return;
        context.Response.StatusCode = status;
        if (answer is not null) await JsonAsync(context, answer);
    }

    private async Task LogAsync(HttpContext context, JsonObject container)
    {
        var query = context.Request.Query;
        var since = double.Parse(query["since"]!, CultureInfo.InvariantCulture);
        var lines = Containers.Logs.GetValueOrDefault(((string)container["Name"]!).TrimStart('/'), []).Where(l => l.At.ToUnixTimeMilliseconds() / 1000.0 >= since - 0.001).TakeLast(int.TryParse(query["tail"], out var tail) ? tail : int.MaxValue);
        foreach (var (at, text) in lines)
        {
            var bytes = Encoding.UTF8.GetBytes($"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'} {text}\n");
            if ((bool?)container["Config"]!["Tty"] != true)
            {
                var header = new byte[8];
                header[0] = 1;
                BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), bytes.Length);
                await context.Response.Body.WriteAsync(header);
            }
            await context.Response.Body.WriteAsync(bytes);
        }
    }

    private static async Task JsonAsync(HttpContext context, JsonNode json)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json.ToJsonString());
    }
}
