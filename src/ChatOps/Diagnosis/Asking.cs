using ChatOps.Catalog;
using ChatOps.Telemetry;

namespace ChatOps.Diagnosis;

/// <summary>A source that did not answer; the rest of the step stands.</summary>
/// <param name="Sentence">"no answer from platform shop-platform in 5 s".</param>
public sealed record SilentSource(Target Target, string Source, string Sentence);

/// <summary>How far a step is.</summary>
/// <param name="Facts">What is known so far, in the order in which it came.</param>
public sealed record StepProgress(int Answered, int Asked, IReadOnlyList<Evidence> Facts);

/// <summary>
/// The questions of one run of a step: all asked at once, each with its own time-out. What fails is named and costs nothing but itself.
/// Safe for the threads on which answers come.
/// </summary>
internal sealed class Asking(Action<StepProgress>? report, TimeProvider time)
{
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly List<SilentSource> silent = [];
    private readonly List<Evidence> facts = [];
    private int asked, answered;

    public TimeSpan Patience { get; init; } = Timeout;

    public IReadOnlyList<SilentSource> Silent
    {
        get { lock (gate) return [.. silent]; }
    }

    /// <summary>All facts so far, those of silent sources included.</summary>
    public IReadOnlyList<Evidence> Facts
    {
        get { lock (gate) return [.. facts]; }
    }

    public int Asked => asked;
    public int Answered => answered;

    /// <summary>Puts one question. Null when no answer came; then the source is among <see cref="Silent"/>.</summary>
    /// <param name="source">For people: "platform shop-platform".</param>
    /// <param name="read">What the answer says; its facts are added as they come.</param>
    /// <param name="partly">What came before it fell silent, to follow the sentence; null: nothing that counts.</param>
    public async Task<T?> AskAsync<T>(Target target, string source, Func<CancellationToken, Task<T>> call, Func<T, IEnumerable<Evidence>> read, CancellationToken cancellationToken, Func<string>? partly = null)
        where T : class
    {
        lock (gate) asked++;
        var (value, missing) = await SourceCall.Try(source, Patience, call, cancellationToken);
        if (missing is null && value is not null)
        {
            Add(1, read(value), null);
            return value;
        }
        var sentence = (missing?.Sentence ?? $"no answer from {source}") + partly?.Invoke();
        Add(0, [Observations.NoAnswer(target.Service, sentence, source, time.GetUtcNow())], new(target, source, sentence));
        return null;
    }

    private void Add(int answers, IEnumerable<Evidence> found, SilentSource? noAnswer)
    {
        StepProgress progress;
        lock (gate)
        {
            answered += answers;
            facts.AddRange(found);
            if (noAnswer is not null) silent.Add(noAnswer);
            progress = new(answered, asked, [.. facts]);
        }
        report?.Invoke(progress);
    }
}
