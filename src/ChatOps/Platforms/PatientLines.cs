namespace ChatOps.Platforms;

/// <summary>The lines of an answer that is read while it is sent, with the time-out for every line anew; every failure a sentence of the platform.</summary>
/// <param name="patience">How long one line is waited for.</param>
/// <param name="noAnswer">What is told where none comes in that time.</param>
/// <param name="brokeOff">What is told where the connection ends before the answer does.</param>
internal sealed class PatientLines(Stream stream, TimeSpan patience, Func<Exception, PlatformException> noAnswer, Func<Exception, PlatformException> brokeOff) : IDisposable
{
    private const int LongestLine = 256 * 1024;

    private readonly BoundedLines lines = new(stream, LongestLine);

    /// <inheritdoc cref="BoundedLines.Taken"/>
    public long Taken => lines.Taken;

    /// <inheritdoc cref="BoundedLines.WasCut"/>
    public bool WasCut => lines.WasCut;

    /// <summary>What a platform whose log broke off is told with.</summary>
    public static PlatformException LogBrokeOff(string platform, Exception? inner = null) => new($"the log of {platform} broke off: lines may be missing", CallOutcome.NotDone, inner);

    /// <summary>The next line, valid until the one after is taken; null at the end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
    {
        if (lines.TryTakeBuffered(out var buffered)) return buffered;
        using var deadline = cancellationToken.Within(patience);
        try
        {
            return await lines.ReadAsync(deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw noAnswer(e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw brokeOff(e);
        }
    }

    public void Dispose() => lines.Dispose();
}
