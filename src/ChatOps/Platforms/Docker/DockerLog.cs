using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace ChatOps.Platforms.Docker;

/// <summary>The logs of all containers of a service as one, by time, those that ran in the window and were replaced too. One line of each in memory.</summary>
internal sealed class DockerLog(DockerCalls calls)
{
    public IAsyncEnumerable<LogLine> ReadAsync(DockerTarget target, LogWindow window, CancellationToken cancellationToken)
    {
        var ran = target.Current.Concat(target.Beside).Concat(target.Kept.Where(c => c.Running || c.FinishedAt >= window.Since));
        return MergedLog.ReadAsync([.. ran.Select(c => ContainerAsync(c, window, cancellationToken))], window.Limit, cancellationToken);
    }

    private async IAsyncEnumerable<LogLine> ContainerAsync(DockerContainer container, LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(container, window, cancellationToken);
        if (response is null) yield break;
        await using var raw = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var stream = container.Tty ? raw : new UnframedLog(raw);
        using var lines = new PatientLines(stream, calls.Timeout, e => calls.Failures.NoAnswer(calls.Timeout, CallOutcome.NotDone, e), e => PatientLines.LogBrokeOff(calls.Failures.Name, e));
        while (await lines.NextAsync(cancellationToken) is { } bytes)
        {
            var line = Encoding.UTF8.GetString(bytes.Span);
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (PlatformJson.Time(space < 0 ? line : line[..space]) is not { } at || at < window.Since) continue;
            if (at > window.Until) yield break;
            yield return new(at, calls.Failures.Clean(space < 0 ? "" : line[(space + 1)..]), DockerName.PlaceOf(container.Name));
        }
    }

    /// <summary>Null: it is gone meanwhile.</summary>
    private async Task<HttpResponseMessage?> OpenAsync(DockerContainer container, LogWindow window, CancellationToken cancellationToken)
    {
        using var deadline = cancellationToken.Within(calls.Timeout);
        try
        {
            return await calls.OpenAsync(EncodedPath.Of(["containers", container.Id, "logs"],
                ("stdout", "1"), ("stderr", "1"), ("timestamps", "1"), ("since", Moment(window.Since)), ("until", window.Until is { } until ? Moment(until.AddSeconds(1)) : null),
                // Lines after the window would push those in it out.
                ("tail", window.Until is null ? window.Limit?.ToString(CultureInfo.InvariantCulture) : null)), new(cancellationToken, deadline.Token));
        }
        catch (PlatformException e) when (e.Code == "http_404")
        {
            return null;
        }
        catch (PlatformException e) when (e.Message.Contains("logging driver", StringComparison.Ordinal))
        {
            throw DockerFailures.NotDone($"{container.Name} writes its log where the Engine cannot read it ({container.Json.Text("HostConfig", "LogConfig", "Type")}); name its files or its log source in chatops.yaml", "no_logs");
        }
    }

    private static string Moment(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeSeconds()}.{at.Ticks % TimeSpan.TicksPerSecond * 100:000000000}");
}
