using System.Text.Json;

namespace ChatOps.Tests.Soak;

/// <summary>What went over the wire: each request with whether it was acknowledged, and what Slack refused.</summary>
internal sealed class SoakTraffic(SoakStage stage)
{
    /// <summary>
    /// Errors that a bot may meet in such weather: those of the faults, those by which Slack says what is so already, and "not_in_channel" of a look into
    /// a public channel, which the bot then joins (it posts there without being a member), and "user_not_in_channel" of a word to somebody who presses
    /// without being a member, who is then told by a direct message.
    /// </summary>
    private static readonly HashSet<string> Expected = new(StringComparer.Ordinal)
    {
        "ratelimited", "internal_error", "fatal_error", "name_taken", "already_in_channel", "already_pinned", "cant_invite_self", "expired_trigger_id", "exchanged_trigger_id", "not_in_channel", "user_not_in_channel",
    };

    private readonly Dictionary<string, Delivered> requests = new(StringComparer.Ordinal);
    private readonly List<string> refusals = [];
    private long seen;

    /// <summary>By trigger, which is the key of the inbox.</summary>
    public IReadOnlyDictionary<string, Delivered> Requests => requests;

    /// <summary>Calls that a correct bot does not make.</summary>
    public IReadOnlyList<string> Refusals => refusals;

    public int Calls { get; private set; }

    /// <summary>The sandbox forgets old traffic, so it is read along the way.</summary>
    public async Task FollowAsync(CancellationToken until)
    {
        try
        {
            while (true)
            {
                await ReadAsync(until);
                await Task.Delay(3_000, until);
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // The rest is read at the end.
        }
    }

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in (await stage.GetAsync($"traffic?since={seen}", cancellationToken)).GetProperty("traffic").EnumerateArray())
        {
            seen = entry.GetProperty("n").GetInt64();
            var kind = entry.GetProperty("kind").GetString();
            if (kind == "delivery") Note(entry.GetProperty("args").GetProperty("payload"), entry.GetProperty("status").GetInt32() == 200);
            else if (kind is "call" or "response_url" or "upload") Judge(entry, kind);
        }
    }

    private void Note(JsonElement payload, bool acknowledged)
    {
        if (!payload.TryGetProperty("trigger_id", out var trigger) || (payload.TryGetProperty("type", out var type) && type.GetString() != "block_actions")) return;
        var text = payload.TryGetProperty("text", out var typed) && typed.ValueKind == JsonValueKind.String ? typed.GetString()! : "(press)";
        var before = requests.GetValueOrDefault(trigger.GetString()!);
        requests[trigger.GetString()!] = new(text, acknowledged || before?.Acknowledged == true, (before?.Times ?? 0) + 1);
    }

    private void Judge(JsonElement entry, string kind)
    {
        Calls++;
        if (kind == "upload" || entry.GetProperty("answer") is not { ValueKind: JsonValueKind.Object } answer || !answer.TryGetProperty("ok", out var ok) || ok.GetBoolean()) return;
        var error = answer.GetProperty("error").GetString()!;
        if (!Expected.Contains(error)) refusals.Add($"{entry.GetProperty("method").GetString()}: {error} for {Short(entry.GetProperty("args").GetRawText())}");
    }

    private static string Short(string text) => text.Length > 400 ? text[..400] : text;
}

/// <param name="Text">What was typed.</param>
/// <param name="Times">How often Slack delivered it.</param>
internal sealed record Delivered(string Text, bool Acknowledged, int Times);
