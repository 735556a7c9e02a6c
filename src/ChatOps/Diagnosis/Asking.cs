using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Platforms;

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
internal sealed partial class Asking(Action<StepProgress>? report, TimeProvider time, ILogger logger)
{
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly List<SilentSource> silent = [];
    private readonly List<Evidence> facts = [];
    private int asked, answered;

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
    public async Task<T?> AskAsync<T>(Target target, string source, Func<CancellationToken, Task<T>> call, Func<T, IEnumerable<Evidence>> read, CancellationToken cancellationToken)
        where T : class
    {
        lock (gate) asked++;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Timeout);
        try
        {
            // A source that does not listen to its cancellation is left behind rather than waited for.
            var answer = await Task.Run(() => call(deadline.Token), deadline.Token).WaitAsync(Timeout, cancellationToken);
            Add(1, read(answer), null);
            return answer;
        }
        catch (Exception e) when ((e is TimeoutException or OperationCanceledException) && !cancellationToken.IsCancellationRequested)
        {
            Fail($"no answer from {source} in {Durations.Text(Timeout)}");
        }
        catch (PlatformException e)
        {
            Fail($"no answer from {source}: {e.Message.TrimEnd('.')}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException or Npgsql.NpgsqlException or System.Text.Json.JsonException)
        {
            Failed(logger, e, source, target.ToString());
            Fail($"no answer from {source}: {Reason(e)}");
        }
        return null;

        void Fail(string sentence) =>
            Add(0, [Observations.NoAnswer(target.Service, sentence, source, time.GetUtcNow())], new(target, source, sentence));
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

    private static string Reason(Exception e) => e switch
    {
        UnauthorizedAccessException => "reading is not allowed",
        FileNotFoundException or DirectoryNotFoundException => "the file is not there",
        System.Text.Json.JsonException => "its answer is not readable",
        _ => "it cannot be reached",
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Source} of {Target} did not answer")]
    private static partial void Failed(ILogger logger, Exception exception, string source, string target);
}
