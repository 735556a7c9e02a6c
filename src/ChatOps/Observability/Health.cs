namespace ChatOps.Observability;

/// <summary>How the bot is doing, as <c>/health</c> tells it. Times are in seconds.</summary>
public sealed record Health(DatabaseHealth Database, SlackHealth Slack, QueueHealth? Outbox, QueueHealth? Inbox)
{
    /// <summary>So long what was given up counts: whoever looks after the bot has seen it then, and the record keeps what it said.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    /// <summary>So long a message may wait for its turn before somebody should know.</summary>
    public const int LongWait = 60;

    /// <summary>A sentence for each thing that is wrong; empty when all is well.</summary>
    public IReadOnlyList<string> Problems { get; } = [.. Find(Database, Slack, Outbox, Inbox)];

    /// <summary><c>ok</c> or <c>degraded</c>.</summary>
    public string Status => Problems.Count == 0 ? "ok" : "degraded";

    private static IEnumerable<string> Find(DatabaseHealth database, SlackHealth slack, QueueHealth? outbox, QueueHealth? inbox)
    {
        if (!database.Answers) yield return $"The database does not answer ({database.Error}): looking still works, nothing is recorded.";
        if (slack.Sockets == 0) yield return "No socket to Slack is open: what people do does not arrive.";
        if (slack.Token is { } refused) yield return refused;
        if (outbox is { Waiting: > 0, OldestS: >= LongWait }) yield return $"Slack does not take what the bot says: {outbox.Waiting} wait, the oldest for {outbox.OldestS / 60} min. They are sent in order when it does.";
        if (outbox is { Dead: > 0 }) yield return $"{outbox.Dead} messages will not be sent: Slack refused them for good. `doctor` says why.";
        if (inbox is { Waiting: > 0, OldestS: >= LongWait }) yield return $"{inbox.Waiting} requests wait, the oldest for {inbox.OldestS / 60} min.";
        if (inbox is { Dead: > 0 }) yield return $"{inbox.Dead} requests could not be handled; `doctor` lists them.";
    }
}

/// <param name="Error">Why it does not answer, or null.</param>
public sealed record DatabaseHealth(bool Answers, string? Error);

/// <param name="Transport"><c>socket</c> or <c>http</c>.</param>
/// <param name="Sockets">Those that are open here; null where Slack posts to the bot.</param>
/// <param name="LastRequest">When Slack's newest request came, at any instance; null: never, or not known.</param>
/// <param name="LastSent">When Slack last took something, from any instance.</param>
/// <param name="Token">Why Slack refuses the bot's token, and what to do; null while it takes it.</param>
public sealed record SlackHealth(string Transport, int? Sockets, DateTimeOffset? LastRequest, DateTimeOffset? LastSent, string? Token);

/// <param name="Waiting">Not done yet.</param>
/// <param name="OldestS">The age of the oldest of them.</param>
/// <param name="Dead">Given up for good in the last day; messages to one person alone are sent once at most, and do not count.</param>
public sealed record QueueHealth(long Waiting, long? OldestS, long Dead);
