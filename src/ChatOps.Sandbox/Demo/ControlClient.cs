using System.Text.Json;

namespace ChatOps.Sandbox.Demo;

/// <summary>Drives a sandbox through its control interface, as any other tool would.</summary>
public sealed class ControlClient(string baseUrl) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler(), disposeHandler: true) { BaseAddress = new Uri(baseUrl + "/control/"), Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Types a slash command; it must be acknowledged within Slack's 3 seconds.</summary>
    public async Task CommandAsync(string user, string channel, string text, CancellationToken cancellationToken, string command = "/incident")
    {
        var answer = await PostAsync("command", new { user, channel, command, text }, cancellationToken);
        var acknowledged = answer.GetProperty("ack");
        if (acknowledged.GetProperty("status").GetInt32() != 200)
            throw new StoryException($"{command} {text} was not acknowledged: {acknowledged.GetRawText()}");
    }

    /// <summary>Presses a button.</summary>
    public Task ClickAsync(string user, SeenButton button, CancellationToken cancellationToken) =>
        PostAsync("click", new { user, channel = button.Channel, ts = button.Ts, action_id = button.ActionId, block_id = button.BlockId, value = button.Value }, cancellationToken);

    public Task SubmitAsync(string user, string viewId, object values, CancellationToken cancellationToken) =>
        PostAsync("submit", new { user, view_id = viewId, values }, cancellationToken);

    public Task AdvanceAsync(TimeSpan by, CancellationToken cancellationToken) => PostAsync("clock", new { advance_s = by.TotalSeconds }, cancellationToken);

    public Task BreakAsync(string fault, CancellationToken cancellationToken) => PostAsync("shop/break", new { fault }, cancellationToken);

    public Task HealAsync(CancellationToken cancellationToken) => PostAsync("shop/heal", new { }, cancellationToken);

    public Task<JsonElement> ShopAsync(CancellationToken cancellationToken) => http.GetFromJsonAsync<JsonElement>("shop", cancellationToken);

    public async Task<IReadOnlyList<JsonElement>> ChannelsAsync(CancellationToken cancellationToken) =>
        [.. (await http.GetFromJsonAsync<JsonElement>("channels", cancellationToken)).GetProperty("channels").EnumerateArray()];

    public async Task<IReadOnlyList<JsonElement>> ViewsAsync(string user, CancellationToken cancellationToken) =>
        [.. (await http.GetFromJsonAsync<JsonElement>($"views?user={user}", cancellationToken)).GetProperty("views").EnumerateArray()];

    public async Task<IReadOnlyList<SeenMessage>> MessagesAsync(string channel, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync($"messages?channel={channel}", cancellationToken);
        if (!answer.IsSuccessStatusCode) return [];
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return [.. body.GetProperty("messages").EnumerateArray().Select(m => SeenMessage.Read(m))];
    }

    /// <summary>Waits for the newest message that fits, and says what stands there when it does not come.</summary>
    public async Task<SeenMessage> UntilMessageAsync(string channel, string what, TimeSpan atMost, Func<SeenMessage, bool> fits, CancellationToken cancellationToken)
    {
        IReadOnlyList<SeenMessage> seen = [];
        try
        {
            return await UntilAsync(what, atMost, async () => (seen = await MessagesAsync(channel, cancellationToken)).LastOrDefault(fits), cancellationToken);
        }
        catch (StoryException e)
        {
            throw new StoryException($"{e.Message} What stands there last:\n{string.Join("\n---\n", seen.TakeLast(3).Select(m => m.Shown))}");
        }
    }

    /// <summary>Waits for the channel that the bot makes of an incident; its name.</summary>
    public Task<string> IncidentChannelAsync(TimeSpan atMost, CancellationToken cancellationToken) => UntilAsync("the incident's channel", atMost, async () =>
        (await ChannelsAsync(cancellationToken)).Select(c => c.GetProperty("name").GetString()!).FirstOrDefault(n => n.StartsWith("inc-", StringComparison.Ordinal)), cancellationToken);

    /// <summary>Every call of the bot and every delivery to it, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> TrafficAsync(CancellationToken cancellationToken) =>
        [.. (await http.GetFromJsonAsync<JsonElement>("traffic", cancellationToken)).GetProperty("traffic").EnumerateArray()];

    /// <summary>Waits until something is there, and says what was waited for when it does not come.</summary>
    public static async Task<T> UntilAsync<T>(string what, TimeSpan atMost, Func<Task<T?>> look, CancellationToken cancellationToken)
        where T : class
    {
        var begun = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            if (await look() is { } found) return found;
            if (System.Diagnostics.Stopwatch.GetElapsedTime(begun) > atMost) throw new StoryException($"Waited {atMost.TotalSeconds} s in vain for {what}.");
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Moves the clock on, a stretch at a time, until something is so: what happens in each stretch is real.</summary>
    public async Task AdvanceUntilAsync(TimeSpan stretch, TimeSpan atMost, Func<Task<bool>> so, CancellationToken cancellationToken)
    {
        var begun = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!await so())
        {
            if (System.Diagnostics.Stopwatch.GetElapsedTime(begun) > atMost) throw new StoryException($"In {atMost.TotalSeconds} s it did not come about, though the clock was moved on.");
            await AdvanceAsync(stretch, cancellationToken);
            await Task.Delay(1_000, cancellationToken);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonElement> PostAsync(string call, object body, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync(call, body, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode) throw new StoryException($"control/{call} answered {(int)answer.StatusCode}: {text}");
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}

/// <summary>The story did not go as it must; the message says where.</summary>
public sealed class StoryException(string message) : Exception(message);
