using System.Text.Json;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Diagnosis;

/// <summary>Where this instance looked without storage, and whether such messages may wait to be imported.</summary>
public sealed class UnrecordedLooks
{
    private readonly Lock gate = new();
    private readonly HashSet<string> channels = new(StringComparer.Ordinal);

    /// <summary>True from the start: an instance before this one may have posted and ended.</summary>
    public bool MayWait { get; private set; } = true;

    public void Posted(string channel)
    {
        lock (gate)
        {
            channels.Add(channel);
            MayWait = true;
        }
    }

    /// <summary>The channels since the last time; what is posted from now on asks for another import.</summary>
    public IReadOnlyList<string> Take()
    {
        lock (gate)
        {
            IReadOnlyList<string> taken = [.. channels];
            channels.Clear();
            MayWait = false;
            return taken;
        }
    }

    /// <summary>An import did not come to its end: it is asked for again.</summary>
    public void PutBack(IReadOnlyList<string> taken)
    {
        lock (gate)
        {
            channels.UnionWith(taken);
            MayWait = true;
        }
    }
}

/// <summary>One look without storage as its message's metadata carries it.</summary>
public sealed record UnrecordedLook
{
    public const string EventType = "chatops_unrecorded";

    /// <summary>Slack keeps the metadata of a message short; what does not fit is told in the message alone.</summary>
    private const int LargestEvidence = 5_000;

    public required Guid Id { get; init; }
    public required string Step { get; init; }
    public required string User { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Sentence { get; init; }

    /// <summary>By the channel's name or the button; null: the import finds it by the channel.</summary>
    public int? Incident { get; init; }
    public required IReadOnlyList<Evidence> Evidence { get; init; }

    public MessageMetadata ToMetadata() => MessageMetadata.Create(EventType, new Dictionary<string, string>
    {
        ["id"] = Id.ToString(),
        ["step"] = Step,
        ["user"] = User,
        ["at"] = At.ToString("O"),
        ["sentence"] = Sentence.Length <= 500 ? Sentence : Mrkdwn.Cut(Sentence, 500),
        ["incident"] = Incident?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "",
        ["evidence"] = Fitting(),
    });

    /// <summary>Null where the metadata are others' or not readable.</summary>
    public static UnrecordedLook? Of(MessageMetadata? metadata)
    {
        if (metadata?.EventType != EventType || !Guid.TryParse(metadata.Read("id"), out var id)
            || !DateTimeOffset.TryParse(metadata.Read("at"), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.RoundtripKind, out var at)
            || metadata.Read("step") is not { } step || metadata.Read("user") is not { } user) return null;
        IReadOnlyList<Evidence> evidence;
        try
        {
            evidence = JsonSerializer.Deserialize<List<Short>>(metadata.Read("evidence") ?? "[]", JsonSerializerOptions.Web)?.Select(s => s.ToEvidence(at)).ToList() ?? [];
        }
        catch (JsonException)
        {
            evidence = [];
        }
        return new()
        {
            Id = id, At = at.ToUniversalTime(), Step = step, User = user, Sentence = metadata.Read("sentence") ?? "", Evidence = evidence,
            Incident = int.TryParse(metadata.Read("incident"), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null,
        };
    }

    /// <summary>As many facts as fit, what is broken first.</summary>
    private string Fitting()
    {
        var shorts = Evidence.OrderBy(e => e.Weight).Select(Short.Of).ToList();
        while (true)
        {
            var text = JsonSerializer.Serialize(shorts, JsonSerializerOptions.Web);
            if (text.Length <= LargestEvidence || shorts.Count == 0) return text;
            shorts.RemoveAt(shorts.Count - 1);
        }
    }

    private sealed record Short(string Sign, string Service, string Text, string Weight, DateTimeOffset At, string Source, Dictionary<string, string> Data)
    {
        public static Short Of(Evidence e) => new(
            e.Sign, e.Service, Mrkdwn.Cut(Redactor.ForRecord(e.Text), 250), e.Weight.ToString(), e.At, Mrkdwn.Cut(e.Source, 100),
            // Samples and lines are long and stand in the message; what rules compare is short.
            e.Data.Where(d => d.Value.Length is > 0 and <= 120 && d.Key is not ("sample" or "lines" or "sparkline")).ToDictionary(d => d.Key, d => Redactor.ForRecord(d.Value)));

        public Evidence ToEvidence(DateTimeOffset asked) => new()
        {
            Sign = Sign, Service = Service, Text = Text, Weight = Enum.TryParse<Weight>(Weight, out var weight) ? weight : Diagnosis.Weight.Info, At = At.ToUniversalTime(), Source = Source,
            Data = new Dictionary<string, string>(Data ?? []) { [EvidenceStore.AskedAt] = asked.ToUniversalTime().ToString("O") },
        };
    }
}
