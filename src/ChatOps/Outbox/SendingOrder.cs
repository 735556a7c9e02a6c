namespace ChatOps.Outbox;

/// <summary>
/// Which rows of a destination may be under way at the same time: as many as the truth allows. Posts keep their order, and so do the states of
/// one message, the topics and the files; everything waits for the channel; nothing else waits.
/// </summary>
internal static class SendingOrder
{
    /// <summary>Of the open rows, in their order, those that no row before them holds up; those under way are left out.</summary>
    public static IReadOnlyList<OpenRow> Startable(IReadOnlyList<OpenRow> open, IReadOnlySet<long> underWay)
    {
        var held = new HashSet<string>(StringComparer.Ordinal);
        var startable = new List<OpenRow>();
        foreach (var row in open)
        {
            var free = row.Kind == OutboxKind.Archive ? row == open[0] : !held.Contains(Everything) && Reads(row).Concat(Holds(row)).All(x => !held.Contains(x));
            if (free && !underWay.Contains(row.Id)) startable.Add(row);
            held.UnionWith(Holds(row));
        }
        return startable;
    }

    private const string Everything = "everything";

    /// <summary>What rows after this one must not touch while it is open.</summary>
    private static IEnumerable<string> Holds(OpenRow row) => row.Kind switch
    {
        // An archived channel takes nothing any more: what was said before goes out first.
        OutboxKind.CreateChannel or OutboxKind.Join or OutboxKind.Archive => [Everything],
        OutboxKind.Show when row.IsPost => ["posts", $"message {row.MessageKey}"],
        OutboxKind.Show => [$"message {row.MessageKey}"],
        OutboxKind.Ephemeral => [$"ephemeral {row.Recipient}"],
        OutboxKind.Respond => ["responses"],
        OutboxKind.Topic => ["topic"],
        OutboxKind.Upload => ["files"],
        OutboxKind.Home => ["home"],
        _ => [],
    };

    /// <summary>What must be finished before this row, and may be used by several at once.</summary>
    private static IEnumerable<string> Reads(OpenRow row)
    {
        if (row.Kind == OutboxKind.Pin) yield return $"message {row.MessageKey}";
        if (row.ThreadOf is { } thread) yield return $"message {thread}";
    }
}
