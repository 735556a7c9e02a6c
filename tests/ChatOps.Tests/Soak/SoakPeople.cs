using System.Collections.Concurrent;
using ChatOps.Sandbox.Demo;

namespace ChatOps.Tests.Soak;

/// <summary>Several people who work on several incidents at once, and press whatever button they see.</summary>
internal sealed class SoakPeople(SoakStage stage, int seed)
{
    private const int MostIncidents = 10;
    private static readonly string[] Everybody = ["ana", "ben", "carla", "dmitri", "eve"];
    private static readonly string[] Services = ["shop", "shop-db", "mailer", "search"];

    private readonly ConcurrentDictionary<string, int> notes = new(StringComparer.Ordinal);
    private int started;
    private int swaps;
    private int acknowledged;
    private int refused;

    /// <summary>Requests that Slack had an acknowledgement for, and those that it had none for.</summary>
    public (int Acknowledged, int NotAcknowledged) Requests => (acknowledged, refused);

    public Task WorkAsync(CancellationToken until) => Task.WhenAll(Everybody.Select((person, i) => WorkAsync(person, new Random(seed + i), until)));

    private async Task WorkAsync(string person, Random random, CancellationToken until)
    {
        try
        {
            while (!until.IsCancellationRequested)
            {
                await ActAsync(person, random, until);
                await Task.Delay(random.Next(300, 1_100), until);
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // The working day is over; what was sent last is among what Slack delivered.
        }
    }

    private async Task ActAsync(string person, Random random, CancellationToken until)
    {
        var open = await stage.RowsAsync<(int Number, string Channel, string Status)>(
            "SELECT number, channel_id, status FROM incidents JOIN outbox_destinations ON key = 'incident:' || number WHERE channel_id IS NOT NULL ORDER BY number");
        if (open.Count == 0 || (started < MostIncidents && random.Next(100) < 8))
        {
            if (Interlocked.Increment(ref started) <= MostIncidents)
                await TypeAsync(person, "general", $"start \"Soak {started} of {person}\" --service {Services[random.Next(4)]}{(random.Next(3) > 0 ? $" --sev {random.Next(1, 5)}" : "")} --new", until);
            else await Task.Delay(200, until);
            return;
        }
        var (number, channel, status) = open[random.Next(open.Count)];
        var roll = random.Next(100);
        await (roll switch
        {
            < 45 => TypeAsync(person, channel, $"note {person} {number} no {notes.AddOrUpdate($"{person} {number}", 1, (_, n) => n + 1)}", until),
            < 53 => TypeAsync(person, channel, $"severity {random.Next(1, 5)}", until),
            // Rarely, so that enough is left to work on.
            < 54 => TypeAsync(person, channel, $"merge {open[random.Next(open.Count)].Number}", until),
            < 56 => TypeAsync(person, channel, $"handover @{Everybody[random.Next(Everybody.Length)]}", until),
            < 57 => TypeAsync(person, channel, $"oncall swap shop-team --for {random.Next(1, 9)}h swap {Interlocked.Increment(ref swaps)} of {person}", until),
            < 61 => TypeAsync(person, channel, "status", until),
            < 64 => TypeAsync(person, channel, "list", until),
            < 67 => TypeAsync(person, channel, "assess", until),
            < 69 => TypeAsync(person, channel, "logs", until),
            < 71 => TypeAsync(person, channel, "verify", until),
            < 75 => TypeAsync(person, channel, $"fix restart {Services[random.Next(4)]}", until),
            < 77 => TypeAsync(person, channel, status == "triage" ? "accept 3" : "frobnicate", until),
            < 78 => TypeAsync(person, channel, open.Count(o => o.Status is "open" or "watching") > 3 ? "resolve it was the cache" : "help", until),
            _ => PressAsync(person, channel, random, until),
        });
    }

    private async Task PressAsync(string person, string channel, Random random, CancellationToken until)
    {
        var messages = (await stage.MessagesAsync(channel, until)).Select(SeenMessage.Read).Where(m => m.VisibleTo is null).ToList();
        // A card that waits comes first; otherwise any button that stands there.
        var cards = messages.Where(m => m.Button("action.confirm") is not null).ToList();
        var from = cards.Count > 0 && random.Next(3) > 0 ? cards : messages;
        var buttons = from.SelectMany(m => m.Buttons).Where(b => !b.ActionId.Contains("resolve", StringComparison.Ordinal) && !b.ActionId.Contains("cancel", StringComparison.Ordinal)).ToList();
        if (buttons.Count == 0) return;
        var button = buttons[random.Next(buttons.Count)];
        var body = new { user = person, channel = button.Channel, ts = button.Ts, action_id = button.ActionId, block_id = button.BlockId, value = button.Value };
        Count(await stage.ActAsync("click", body, until));
        // People double-click, and two press at once.
        if (random.Next(4) == 0) Count(await stage.ActAsync("click", body with { user = random.Next(2) == 0 ? person : "ana" }, until));
    }

    private async Task TypeAsync(string person, string channel, string text, CancellationToken until) =>
        Count(await stage.ActAsync("command", new { user = person, channel, command = "/incident", text }, until));

    private void Count(bool acknowledgement) => Interlocked.Increment(ref acknowledgement ? ref acknowledged : ref refused);
}
