using System.Text.Json;
using ChatOps.Timeline;

namespace ChatOps.Capture;

/// <summary>What a message said from some moment on, or that it is gone.</summary>
/// <param name="Version">Empty for its first words; else Slack's <c>ts</c> of the edit or of the deletion.</param>
/// <param name="Actor">Who wrote or edited; null where Slack does not say.</param>
/// <param name="Written">Its entry is in the timeline.</param>
internal sealed record MessageVersion(string Version, bool Gone, string Text, IReadOnlyList<SharedFile> Files, string? Actor, bool Written = false);

/// <summary>A file beside a message: a link, never the content.</summary>
internal sealed record SharedFile(string Name, string? Link);

/// <summary>
/// A message as far as it is known. Everything that is heard of it only adds to this, in any order and any number of times;
/// what the timeline says is computed from the whole, so that it ends the same.
/// </summary>
internal sealed record ChannelMessage
{
    public required string Channel { get; init; }

    /// <summary>Its id within the channel, and when it was written.</summary>
    public required string Ts { get; init; }
    public int? Incident { get; init; }
    public string? Author { get; init; }
    public string? ThreadTs { get; init; }

    /// <summary>Somebody wants it in the timeline, or the thread that it is in.</summary>
    public bool Wanted { get; init; }
    public string? WantedBy { get; init; }
    public string? WantedHow { get; init; }

    /// <summary>Its own entry is in the timeline.</summary>
    public bool Written { get; init; }
    public IReadOnlyList<MessageVersion> Versions { get; init; } = [];

    /// <summary>The entries that are still to be written, in the order in which things happened.</summary>
    /// <param name="link">The message's address; null while it is not known.</param>
    /// <param name="lastCall">The first words are not waited for any longer: what is known counts as them.</param>
    public IReadOnlyList<(MessageVersion Version, TimelineEntry Entry)> ToWrite(string? link, bool lastCall)
    {
        if (!Wanted || Incident is null) return [];
        var words = Versions.Where(v => !v.Gone).OrderBy(v => v.Version, StringComparer.Ordinal).ToList();
        // An edit that is heard of before the message itself waits for the first words, which nothing could bring back later.
        if (words.Count == 0 || (!Written && words[0].Version.Length > 0 && !lastCall)) return [];
        var entries = new List<(MessageVersion, TimelineEntry)>();
        foreach (var version in words.Where(v => !v.Written))
        {
            var isFirst = version == words[0];
            if (isFirst && !Written) entries.Add((version, Entry(TimelineKinds.Message, version, Ts, Author, Said(version), link)));
            // They came after the last call.
            else if (version.Version.Length == 0) entries.Add((version, Entry(TimelineKinds.Message, version, Ts, Author, $"First written as: {Said(version)}", link)));
            else entries.Add((version, Entry(TimelineKinds.MessageEdited, version, version.Version, version.Actor ?? Author, $"Edited to: {Said(version)}", link)));
        }
        // Slack does not say who deletes: an administrator may.
        entries.AddRange(Versions.Where(v => v is { Gone: true, Written: false }).Select(v => (v, Entry(TimelineKinds.MessageDeleted, v, v.Version, actor: null, $"Was deleted: {Said(words[^1])}", link))));
        return entries;
    }

    private TimelineEntry Entry(string kind, MessageVersion version, string at, string? actor, string text, string? link) => new()
    {
        Incident = Incident,
        Kind = kind,
        At = Slack.Interaction.Timestamps.ToTime(at) ?? throw new InvalidOperationException($"Message {Ts} in {Channel} has the time '{at}'."),
        Actor = actor ?? TimelineEntry.Bot,
        Text = text,
        Data = JsonSerializer.SerializeToElement(new { Channel, Ts, ThreadTs, Link = link, WantedBy, WantedHow, Author, version.Files }, JsonSerializerOptions.Web),
        Part = $"{Channel} {Ts} {version.Version} {version.Gone}",
    };

    private static string Said(MessageVersion version)
    {
        var files = string.Join(", ", version.Files.Select(f => f.Link is null ? f.Name : $"{f.Name} {f.Link}"));
        return (version.Text.Length, files.Length) switch
        {
            (0, 0) => "(no words)",
            (0, _) => $"[{files}]",
            (_, 0) => version.Text,
            _ => $"{version.Text} [{files}]",
        };
    }
}
