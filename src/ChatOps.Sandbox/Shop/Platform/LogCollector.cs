using System.Globalization;
using System.Text;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>
/// Follows the output of a process that knows nothing of the shared clock (PostgreSQL) and writes it to the service's log file,
/// each line with time and instance in front.
/// </summary>
internal sealed class LogCollector(string source, string destination, string instance, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(40);
    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private readonly StringBuilder unfinished = new();
    private Task following = Task.CompletedTask;
    private long position;

    public void Start() => following = FollowAsync(ending.Token);

    /// <summary>How much of the source has been written so far; a mark for <see cref="SaidSince"/>.</summary>
    public long Mark() => File.Exists(source) ? new FileInfo(source).Length : 0;

    /// <summary>Whether the process has said this since the mark.</summary>
    public bool SaidSince(long mark, string words)
    {
        using var file = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = Math.Min(mark, file.Length);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Contains(words, StringComparison.Ordinal);
    }

    /// <summary>Writes what the process has said, then a line of the platform's own.</summary>
    public void Add(string text)
    {
        lock (gate)
        {
            Drain();
            Append(destination, clock.GetUtcNow(), instance, text);
        }
    }

    public static void Append(string file, DateTimeOffset at, string instance, string text) =>
        File.AppendAllText(file, string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {instance} {text}\n"));

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await following;
        ending.Dispose();
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            lock (gate) Drain();
            await Task.Delay(Period, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Drain()
    {
        if (!File.Exists(source)) return;
        using var file = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length <= position) return;
        file.Position = position;
        using var reader = new StreamReader(file);
        unfinished.Append(reader.ReadToEnd());
        position = file.Length;
        var text = unfinished.ToString();
        var end = text.LastIndexOf('\n') + 1;
        if (end == 0) return;
        unfinished.Clear().Append(text, end, text.Length - end);
        var stamp = string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow().UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {instance} ");
        File.AppendAllLines(destination, text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => stamp + l));
    }
}
