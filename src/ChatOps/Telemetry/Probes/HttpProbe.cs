using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using ChatOps.Catalog;
using ChatOps.Platforms;

namespace ChatOps.Telemetry.Probes;

/// <summary>An HTTP question with the status and the text that count as healthy.</summary>
internal sealed class HttpProbe(SocketsHttpHandler handler, ConcurrentDictionary<string, string> certificates) : IDisposable
{
    private const int LongestAnswer = 1024 * 1024;

    private readonly HttpClient client = new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public async Task<ProbeAnswer> AskAsync(ProbeDefinition probe, Func<TimeSpan> took, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(probe.Method), probe.Address);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("ChatOps-probe", "1"));
        if (probe.Body is { } body)
            request.Content = new StringContent(body, Encoding.UTF8, body.AsSpan().TrimStart() is ['{' or '[', ..] ? "application/json" : "text/plain");
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var text = probe.ExpectText is null ? "" : await TextAsync(response, cancellationToken);
            var status = (int)response.StatusCode;
            var detail = $"{status.ToString(CultureInfo.InvariantCulture)} in {ProbeAnswer.Milliseconds(took())}";
            if (probe.ExpectStatus is { } expected ? status != expected : !response.IsSuccessStatusCode)
                return new(false, probe.ExpectStatus is null ? detail : $"{detail}, expected {probe.ExpectStatus}", ProbeFailure.WrongAnswer);
            return probe.ExpectText is null || text.Contains(probe.ExpectText, StringComparison.Ordinal)
                ? new(true, detail, null)
                : new(false, $"{detail}, without the expected text", ProbeFailure.WrongAnswer);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            return new(false, certificates.TryRemove(request.RequestUri!.Host, out var why) ? why : NetworkFailure.Text(e), ProbeFailure.Certificate);
        }
    }

    public void Dispose() => client.Dispose();

    private static async Task<string> TextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (kept.Length < LongestAnswer && await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read) kept.Write(buffer, 0, read);
        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
    }
}
