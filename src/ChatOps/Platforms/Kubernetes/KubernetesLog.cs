using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>The logs of all pods of a workload as one, by time; a container that restarted in the window begins with the log of the one before.</summary>
internal sealed class KubernetesLog(KubernetesCalls calls, string? container)
{
    /// <summary>Of one container. The API server cuts there, and that is told.</summary>
    private const long MostBytes = 256L * 1024 * 1024;

    public IAsyncEnumerable<LogLine> ReadAsync(IReadOnlyList<JsonNode> pods, LogWindow window, CancellationToken cancellationToken) =>
        MergedLog.ReadAsync([.. pods.Where(p => !(p.Time("status", "startTime") > window.Until)).Select(p => PodAsync(p, window, cancellationToken))], window.Limit, cancellationToken);

    private async IAsyncEnumerable<LogLine> PodAsync(JsonNode pod, LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = pod.Text("metadata", "name") ?? "";
        var status = pod.Items("status", "containerStatuses").FirstOrDefault(s => container is null || s.Text("name") == container);
        if (status.Time("lastState", "terminated", "finishedAt") >= window.Since)
        {
            await foreach (var line in ContainerAsync(name, window, previous: true, cancellationToken)) yield return line;
        }
        await foreach (var line in ContainerAsync(name, window, previous: false, cancellationToken)) yield return line;
    }

    private async IAsyncEnumerable<LogLine> ContainerAsync(string pod, LogWindow window, bool previous, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(calls.Path(WorkloadReads.Core, ["pods", pod, "log"],
        [
            ("container", container), ("previous", previous ? "true" : null), ("timestamps", "true"), ("sinceTime", PlatformJson.Time(window.Since)),
            // Lines after the window would push those in it out.
            ("tailLines", window.Until is null ? window.Limit?.ToString(CultureInfo.InvariantCulture) : null), ("limitBytes", MostBytes.ToString(CultureInfo.InvariantCulture)),
        ]), cancellationToken);
        if (response is null) yield break;
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var lines = new PatientLines(stream, calls.Timeout, e => calls.Failures.NoAnswer(CallOutcome.NotDone, e), e => PatientLines.LogBrokeOff(calls.Failures.Name, e));
        while (await lines.NextAsync(cancellationToken) is { } bytes)
        {
            var space = bytes.Span.IndexOf((byte)' ');
            if (Time(space < 0 ? bytes.Span : bytes.Span[..space]) is not { } at || at < window.Since) continue;
            if (at > window.Until) yield break;
            yield return new(at, calls.Failures.Clean(space < 0 ? "" : Encoding.UTF8.GetString(bytes.Span[(space + 1)..])), pod);
        }
        if (lines.Taken >= MostBytes) throw KubernetesFailures.NotDone($"the log of {pod} is longer than {MostBytes / (1024 * 1024)} MB in this window: lines are missing");
    }

    /// <summary>What kubelets write, <c>2026-11-21T09:20:00.123456789Z</c>, read in place since there is one on each of a million lines; any other form as everywhere.</summary>
    private static DateTimeOffset? Time(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 22 or > 30 || text[^1] != 'Z' || text[19] != '.') return PlatformJson.Time(Encoding.UTF8.GetString(text));
        Span<byte> usual = stackalloc byte[28];
        "0000-00-00T00:00:00.0000000Z"u8.CopyTo(usual);
        text[..Math.Min(27, text.Length - 1)].CopyTo(usual);
        return Utf8Parser.TryParse(usual, out DateTimeOffset at, out var used, 'O') && used == usual.Length ? at : null;
    }

    /// <summary>Null: the container has not started, or the one before is gone.</summary>
    private async Task<HttpResponseMessage?> OpenAsync(string path, CancellationToken cancellationToken)
    {
        using var deadline = cancellationToken.Within(calls.Timeout);
        try
        {
            return await calls.OpenAsync(path, new(cancellationToken, deadline.Token));
        }
        catch (PlatformException e) when (e.Code is "BadRequest" or "NotFound")
        {
            return null;
        }
    }
}
