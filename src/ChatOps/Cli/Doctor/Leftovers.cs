using ChatOps.Configuration;
using ChatOps.Outbox;
using Dapper;
using Npgsql;

namespace ChatOps.Cli.Doctor;

/// <summary>What the bot could not finish and a person should know of: requests, messages, operations.</summary>
internal static class Leftovers
{
    private const int Shown = 5;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public static async Task<IReadOnlyList<Finding>> LookAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var dead = (await connection.QueryAsync<(string Kind, string? ErrorId)>(new CommandDefinition(
            "SELECT kind, error_id FROM inbox WHERE state = 'dead' ORDER BY id DESC", cancellationToken: cancellationToken))).AsList();
        var unknown = (await connection.QueryAsync<(long Number, string Kind, string Target)>(new CommandDefinition(
            "SELECT number, kind, target FROM operations WHERE state = 'unknown' ORDER BY number", cancellationToken: cancellationToken))).AsList();
        return
        [
            dead.Count == 0
                ? Finding.Ok("requests", "none was given up")
                : Finding.Warn("requests", $"{dead.Count} given up after five failures; the last: {string.Join(", ", dead.Take(Shown).Select(d => $"{d.Kind} ({d.ErrorId ?? "no id"})"))}", "The log holds the error under that id; the person was told it."),
            .. unknown.Select(o => Finding.Warn("operations", $"it is not known whether {o.Kind} of {o.Target} (operation {o.Number}) happened", "Look at the target and press what is true on its card: until then nothing else can be done to that target.")),
        ];
    }

    public static Finding Judge(OutboxState outbox) =>
        outbox.Oldest is { } oldest && oldest > LongestWait
            ? Finding.Warn("messages", $"{outbox.Waiting} waiting, the oldest for {Durations.Text(oldest)}", "Either no bot is running, or Slack does not take them: see its log.")
        : outbox.Dead > 0
            ? Finding.Warn("messages", $"{outbox.Dead} refused by Slack for good, the newest with: {outbox.LastError}", "What they said is in the record; mend the cause, such as a channel that was archived.")
            : Finding.Ok("messages", outbox.Waiting == 0 ? "none waiting" : $"{outbox.Waiting} on their way");
}
