using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Control;

namespace ChatOps.Tests.Sandbox.Workspace;

/// <summary>A sandbox of its own for a test, spoken to over real HTTP.</summary>
internal sealed class TestSandbox : IAsyncDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler(), disposeHandler: true);

    private TestSandbox(SandboxHost host) => Host = host;

    public SandboxHost Host { get; }

    public HttpClient Http => http;

    /// <summary>An app that asks for more than the bot does, so that there is something of everything to play.</summary>
    public static string Manifest => File.ReadAllText(RepositoryFile("tests/ChatOps.Tests/Sandbox/Workspace/practice-app.yaml"));

    public static Task<TestSandbox> StartAsync(SlackTransport transport = SlackTransport.SocketMode) => StartAsync(new SandboxOptions { ManifestText = Manifest, Transport = transport });

    public static async Task<TestSandbox> StartAsync(SandboxOptions options) =>
        new(await SandboxHost.StartAsync(options with { AcknowledgeWithin = TimeSpan.FromMilliseconds(Math.Min(600, options.AcknowledgeWithin.TotalMilliseconds)) }, TestContext.Current.CancellationToken));

    /// <summary>The manifest with lines changed.</summary>
    public static string ManifestWith(params (string Old, string New)[] changes) =>
        changes.Aggregate(Manifest, (text, change) => text.Contains(change.Old, StringComparison.Ordinal)
            ? text.Replace(change.Old, change.New, StringComparison.Ordinal)
            : throw new InvalidOperationException($"The manifest has no {change.Old}"));

    public static string ManifestWithout(string scope) => ManifestWith(($"      - {scope}\n", ""));

    /// <summary>A Web API call with a JSON body.</summary>
    public Task<JsonObject> CallAsync(string method, JsonObject arguments) => CallAsync(method, arguments, Host.BotToken);

    public async Task<JsonObject> CallAsync(string method, JsonObject arguments, string? token)
    {
        using var response = await SendAsync(method, new StringContent(arguments.ToJsonString(), Encoding.UTF8, "application/json"), token);
        return await BodyAsync(response);
    }

    /// <summary>A Web API call with a form, as the methods that take no JSON want it.</summary>
    public async Task<JsonObject> FormAsync(string method, params (string Name, string Value)[] arguments)
    {
        using var response = await SendAsync(method, new FormUrlEncodedContent(arguments.Select(a => KeyValuePair.Create(a.Name, a.Value))), Host.BotToken);
        return await BodyAsync(response);
    }

    public async Task<HttpResponseMessage> SendAsync(string method, HttpContent content, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Host.ApiUrl + method) { Content = content };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<JsonObject> PostAsync(string control, JsonObject body)
    {
        using var response = await http.PostAsJsonAsync($"{Host.BaseUrl}/control/{control}", body, TestContext.Current.CancellationToken);
        return await BodyAsync(response);
    }

    public async Task<JsonObject> GetAsync(string control)
    {
        using var response = await http.GetAsync($"{Host.BaseUrl}/control/{control}", TestContext.Current.CancellationToken);
        return await BodyAsync(response);
    }

    public async Task<IReadOnlyList<JsonObject>> MessagesAsync(string channel) =>
        [.. (await GetAsync($"messages?channel={channel}"))["messages"]!.AsArray().Select(m => m!.AsObject())];

    /// <summary>A new channel that the bot made and is in.</summary>
    public async Task<string> ChannelAsync(string name = "inc-1", bool isPrivate = false) =>
        (string)(await CallAsync("conversations.create", new JsonObject { ["name"] = name, ["is_private"] = isPrivate }))["channel"]!["id"]!;

    /// <summary>Posts and gives the message's ts.</summary>
    public async Task<string> SayAsync(string channel, JsonArray? blocks = null)
    {
        var said = new JsonObject { ["channel"] = channel, ["text"] = "words" };
        if (blocks is not null)
            said["blocks"] = blocks;
        var answer = await CallAsync("chat.postMessage", said);
        answer.ShouldBeOk();
        return (string)answer["ts"]!;
    }

    public static JsonArray Button(string actionId = "go", string value = "1") => new(new JsonObject
    {
        ["type"] = "actions", ["block_id"] = "b",
        ["elements"] = new JsonArray(new JsonObject
        {
            ["type"] = "button", ["action_id"] = actionId, ["value"] = value, ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = "Go" },
        }),
    });

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Host.DisposeAsync();
    }

    /// <summary>Looks until it is so, at most five seconds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(5));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
            await timer.WaitForNextTickAsync(deadline.Token);
    }

    private static async Task<JsonObject> BodyAsync(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject();

    /// <summary>A file of the repository, by its path from the root.</summary>
    public static string RepositoryFile(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ChatOps.sln")))
            folder = folder.Parent;
        return Path.Combine(folder!.FullName, path);
    }
}

internal static class AnswerAssertions
{
    public static void ShouldBeOk(this JsonObject answer) => ((bool)answer["ok"]!).ShouldBeTrue(answer.ToJsonString());

    public static void ShouldFail(this JsonObject answer, string error)
    {
        ((bool)answer["ok"]!).ShouldBeFalse(answer.ToJsonString());
        ((string)answer["error"]!).ShouldBe(error, answer.ToJsonString());
    }

    public static void ShouldSay(this JsonObject answer, string part) => answer["response_metadata"]!["messages"]!.AsArray().Select(m => (string)m!).ShouldContain(m => m.Contains(part), answer.ToJsonString());
}
