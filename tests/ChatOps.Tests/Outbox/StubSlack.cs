using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ChatOps.Tests.Outbox;

/// <summary>What goes wrong with a call.</summary>
internal sealed record Fault
{
    /// <summary>Slack's error code, or null.</summary>
    public string? Error { get; init; }

    /// <summary>HTTP status, or null.</summary>
    public int? Status { get; init; }
    public double? RetryAfter { get; init; }

    /// <summary>The call has its effect, and only the answer is lost.</summary>
    public bool After { get; init; }

    /// <summary>The call waits for this, before its effect.</summary>
    public Task? Hold { get; init; }
}

internal sealed record StubMessage(string Ts, JsonObject Arguments)
{
    public string Text => Arguments["text"]?.GetValue<string>() ?? "";
    public string? ThreadTs => Arguments["thread_ts"]?.GetValue<string>();
    public int Edits { get; init; }
}

internal sealed class StubChannel
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public string Creator { get; init; } = StubSlack.Bot;
    public List<StubMessage> Messages { get; } = [];
    public List<string> Pins { get; } = [];
    public List<string> Invited { get; } = [];
    public List<(string Name, string Title, string? ThreadTs)> Files { get; } = [];
    public string Topic { get; set; } = "";
    public bool BotIsMember { get; set; } = true;
}

/// <summary>As much of Slack as the outbox uses, in this process. Calls that it does not know are refused and noted.</summary>
internal sealed class StubSlack : IAsyncDisposable
{
    public const string Bot = "UBOT";

    private readonly WebApplication app;
    private readonly Lock gate = new();
    private readonly List<(Func<string, JsonObject, bool> When, Fault Fault, int Left)> faults = [];
    private long clock = 1_800_000_000_000_000;
    private int channels;

    private StubSlack(WebApplication app) => this.app = app;

    public Dictionary<string, StubChannel> Channels { get; } = new(StringComparer.Ordinal);
    public ConcurrentQueue<(string Method, JsonObject Arguments)> Calls { get; } = new();
    public ConcurrentQueue<string> Unexpected { get; } = new();
    public ConcurrentQueue<(string User, string Text)> Ephemeral { get; } = new();
    public ConcurrentQueue<JsonObject> Responses { get; } = new();
    public TimeSpan Latency { get; set; }

    /// <summary>How many channels a page of their list has.</summary>
    public int PageSize { get; set; } = 1000;
    public Uri Address { get; private set; } = new("http://localhost/");

    public static async Task<StubSlack> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0));
        var slack = new StubSlack(builder.Build());
        slack.app.Run(slack.AnswerAsync);
        await slack.app.StartAsync();
        slack.Address = new Uri(slack.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/");
        return slack;
    }

    public StubChannel Channel(string name, string creator = Bot)
    {
        lock (gate)
        {
            var channel = new StubChannel { Id = $"C{++channels:000}", Name = name, Creator = creator };
            Channels[channel.Id] = channel;
            return channel;
        }
    }

    /// <summary>The next calls for which the condition holds go wrong so.</summary>
    public void Fail(string method, Fault fault, int times = 1, Func<JsonObject, bool>? when = null)
    {
        lock (gate) faults.Add(((m, a) => m == method && (when is null || when(a)), fault, times));
    }

    public void FailAll(Fault fault, int times)
    {
        lock (gate) faults.Add(((_, _) => true, fault, times));
    }

    public int Count(string method) => Calls.Count(c => c.Method == method);

    public IReadOnlyList<string> Texts(string channel)
    {
        lock (gate) return [.. Channels[channel].Messages.Select(m => m.Text)];
    }

    /// <summary>A message that is in Slack though no answer ever said so.</summary>
    public string PutMessage(string channel, string text, Guid? metadataId = null, string? threadTs = null)
    {
        lock (gate)
        {
            var arguments = new JsonObject { ["text"] = text };
            if (metadataId is { } id) arguments["metadata"] = new JsonObject { ["event_type"] = "chatops_message", ["event_payload"] = new JsonObject { ["id"] = id.ToString() } };
            if (threadTs is not null) arguments["thread_ts"] = threadTs;
            var ts = NextTs();
            Channels[channel].Messages.Add(new StubMessage(ts, arguments));
            return ts;
        }
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var method = context.Request.Path.Value!.TrimStart('/');
        var arguments = await ReadAsync(context.Request);
        Calls.Enqueue((method, arguments));
        if (Latency > TimeSpan.Zero) await Task.Delay(Latency, context.RequestAborted);
        var fault = TakeFault(method, arguments);
        if (fault?.Hold is { } hold) await hold.WaitAsync(context.RequestAborted);
        JsonObject answer;
        if (fault is null || fault.After || (fault is { Status: null, Error: null }))
            lock (gate) answer = Do(method, arguments);
        else
            answer = [];
        if (fault?.RetryAfter is { } wait) context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        if (fault?.Status is { } status)
        {
            context.Response.StatusCode = status;
            return;
        }
        if (fault?.Error is { } error) answer = new JsonObject { ["ok"] = false, ["error"] = error };
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString());
    }

    private Fault? TakeFault(string method, JsonObject arguments)
    {
        lock (gate)
        {
            var i = faults.FindIndex(f => f.Left > 0 && f.When(method, arguments));
            if (i < 0) return null;
            faults[i] = faults[i] with { Left = faults[i].Left - 1 };
            return faults[i].Fault;
        }
    }

    private static async Task<JsonObject> ReadAsync(HttpRequest request)
    {
        if (request.HasFormContentType)
            return new JsonObject((await request.ReadFormAsync()).Select(f => KeyValuePair.Create<string, JsonNode?>(f.Key, f.Value.ToString())));
        if (request.Method == "POST" && request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) == true)
            return (await JsonSerializer.DeserializeAsync<JsonObject>(request.Body))!;
        return new JsonObject(request.Query.Select(f => KeyValuePair.Create<string, JsonNode?>(f.Key, f.Value.ToString())));
    }

    private JsonObject Do(string method, JsonObject a)
    {
        StubChannel? Find(string property = "channel") => a[property]?.GetValue<string>() is { } id ? Channels.GetValueOrDefault(id) : null;
        switch (method)
        {
            case "auth.test":
                return new JsonObject { ["ok"] = true, ["user_id"] = Bot, ["user"] = "chatops" };
            case "chat.postMessage":
                if ((Find() ?? Channels.Values.FirstOrDefault(c => "#" + c.Name == a["channel"]?.GetValue<string>())) is not { } to) return Error("channel_not_found");
                if (!to.BotIsMember) return Error("not_in_channel");
                var ts = NextTs();
                to.Messages.Add(new StubMessage(ts, a));
                return new JsonObject { ["ok"] = true, ["channel"] = to.Id, ["ts"] = ts };
            case "chat.update":
                if (Find() is not { } where) return Error("channel_not_found");
                var i = where.Messages.FindIndex(m => m.Ts == a["ts"]!.GetValue<string>());
                if (i < 0) return Error("message_not_found");
                where.Messages[i] = new StubMessage(where.Messages[i].Ts, a) { Edits = where.Messages[i].Edits + 1 };
                return new JsonObject { ["ok"] = true, ["channel"] = where.Id, ["ts"] = where.Messages[i].Ts };
            case "chat.postEphemeral":
                if (Find() is null) return Error("channel_not_found");
                Ephemeral.Enqueue((a["user"]!.GetValue<string>(), a["text"]!.GetValue<string>()));
                return new JsonObject { ["ok"] = true, ["message_ts"] = NextTs() };
            case "conversations.create":
                var name = a["name"]!.GetValue<string>();
                if (Channels.Values.Any(c => c.Name == name)) return Error("name_taken");
                return new JsonObject { ["ok"] = true, ["channel"] = Json(Channel(name)) };
            case "users.info":
                return Error("user_not_found");
            case "users.list":
                return new JsonObject { ["ok"] = true, ["members"] = new JsonArray() };
            case "conversations.list":
                var from = int.Parse(a["cursor"]?.GetValue<string>() ?? "0", CultureInfo.InvariantCulture);
                return new JsonObject
                {
                    ["ok"] = true, ["channels"] = new JsonArray([.. Channels.Values.Skip(from).Take(PageSize).Select(Json)]),
                    ["response_metadata"] = new JsonObject { ["next_cursor"] = from + PageSize < Channels.Count ? (from + PageSize).ToString(CultureInfo.InvariantCulture) : "" },
                };
            case "conversations.join":
                Find()!.BotIsMember = true;
                return new JsonObject { ["ok"] = true, ["channel"] = Json(Find()!) };
            case "conversations.invite":
                Find()!.Invited.AddRange(a["users"]!.GetValue<string>().Split(','));
                return new JsonObject { ["ok"] = true, ["channel"] = Json(Find()!) };
            case "conversations.setTopic":
                Find()!.Topic = a["topic"]!.GetValue<string>();
                return new JsonObject { ["ok"] = true };
            case "conversations.history":
            case "conversations.replies":
                var thread = method.EndsWith("replies", StringComparison.Ordinal) ? a["ts"]!.GetValue<string>() : null;
                var oldest = decimal.Parse(a["oldest"]?.GetValue<string>() ?? "0", CultureInfo.InvariantCulture);
                var found = Find()!.Messages.Where(m => m.ThreadTs == thread && decimal.Parse(m.Ts, CultureInfo.InvariantCulture) > oldest);
                return new JsonObject { ["ok"] = true, ["messages"] = new JsonArray([.. found.Reverse().Select(m => Seen(m, a))]) };
            case "pins.add":
                if (Find()!.Pins.Contains(a["timestamp"]!.GetValue<string>())) return Error("already_pinned");
                Find()!.Pins.Add(a["timestamp"]!.GetValue<string>());
                return new JsonObject { ["ok"] = true };
            case "files.getUploadURLExternal":
                return new JsonObject { ["ok"] = true, ["file_id"] = "F" + a["filename"]!.GetValue<string>(), ["upload_url"] = $"{Address}upload" };
            case "upload":
                return [];
            case "files.completeUploadExternal":
                var files = a["files"] is JsonArray array ? array : JsonNode.Parse(a["files"]!.GetValue<string>())!.AsArray();
                foreach (var file in files) Share(Find("channel_id")!, file!["id"]!.GetValue<string>()[1..], file["title"]?.GetValue<string>() ?? "", a["thread_ts"]?.GetValue<string>());
                return new JsonObject { ["ok"] = true, ["files"] = files.DeepClone() };
            case "response":
                Responses.Enqueue((JsonObject)a.DeepClone());
                return new JsonObject { ["ok"] = true };
            default:
                Unexpected.Enqueue(method);
                return Error("unknown_method");
        }
    }

    private void Share(StubChannel channel, string name, string title, string? threadTs)
    {
        channel.Files.Add((name, title, threadTs));
        var message = new JsonObject { ["text"] = "", ["files"] = new JsonArray(new JsonObject { ["id"] = "F" + name, ["name"] = name, ["title"] = title }) };
        if (threadTs is not null) message["thread_ts"] = threadTs;
        channel.Messages.Add(new StubMessage(NextTs(), message));
    }

    private static JsonObject Seen(StubMessage message, JsonObject query)
    {
        var seen = new JsonObject { ["type"] = "message", ["ts"] = message.Ts, ["text"] = message.Text, ["user"] = Bot };
        if (message.Arguments["files"] is { } files) seen["files"] = files.DeepClone();
        if (query["include_all_metadata"]?.GetValue<string>() == "true" && message.Arguments["metadata"] is { } metadata) seen["metadata"] = metadata.DeepClone();
        return seen;
    }

    private static JsonObject Json(StubChannel channel) => new() { ["id"] = channel.Id, ["name"] = channel.Name, ["creator"] = channel.Creator };

    private static JsonObject Error(string error) => new() { ["ok"] = false, ["error"] = error };

    private string NextTs()
    {
        var now = Interlocked.Increment(ref clock);
        return string.Create(CultureInfo.InvariantCulture, $"{now / 1_000_000}.{now % 1_000_000:000000}");
    }
}
