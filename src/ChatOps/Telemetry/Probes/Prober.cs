using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Platforms;
using ChatOps.Timeline;

namespace ChatOps.Telemetry.Probes;

public enum ProbeSet
{
    /// <summary>Does it answer.</summary>
    Health,

    /// <summary>Does it do its work.</summary>
    Checks,
}

/// <summary>Asks running services themselves. Every probe on a fresh connection, all at once, each within its own time.</summary>
public sealed class Prober : IDisposable
{
    private const int LongestDetail = 200;

    private readonly ServiceCatalog catalog;
    private readonly TimeProvider time;
    private readonly SocketsHttpHandler handler;
    private readonly HttpProbe http;

    /// <summary>By host: what was wrong with the certificate that was last refused.</summary>
    private readonly ConcurrentDictionary<string, string> certificates = new(StringComparer.OrdinalIgnoreCase);

    public Prober(ServiceCatalog catalog, TimeProvider time)
    {
        this.catalog = catalog;
        this.time = time;
        handler = new SocketsHttpHandler
        {
            // A connection that is kept says that the service answered some time ago.
            PooledConnectionLifetime = TimeSpan.Zero,
            AllowAutoRedirect = false,
            UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Validate },
        };
        http = new(handler, certificates);
    }

    /// <summary>The results in the order of the catalog; none where the catalog names no probe of that set.</summary>
    public async Task<IReadOnlyList<ProbeResult>> ProbeAsync(Target target, ProbeSet which, CancellationToken cancellationToken)
    {
        var environment = catalog.Find(target);
        var probes = (which == ProbeSet.Health ? environment?.Health : environment?.Checks) ?? [];
        return await Task.WhenAll(probes.Select(p => ProbeAsync(target, p, cancellationToken)));
    }

    public void Dispose()
    {
        http.Dispose();
        handler.Dispose();
    }

    private async Task<ProbeResult> ProbeAsync(Target target, ProbeDefinition probe, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var began = time.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(probe.Timeout);
        ProbeAnswer answer;
        try
        {
            // Some of what is below connects or looks up names without listening to its cancellation.
            answer = await Task.Run(() => AskAsync(probe, () => time.GetElapsedTime(began), deadline.Token), deadline.Token).WaitAsync(deadline.Token);
        }
        catch (Exception) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            answer = new(false, $"no answer in {Durations.Text(probe.Timeout)}", ProbeFailure.NoAnswer);
        }
        catch (Exception e) when (e is SocketException or IOException or HttpRequestException)
        {
            answer = new(false, NetworkFailure.Text(e), ProbeFailure.NotReached);
        }
        return new(target, probe.Name, answer.Healthy, Short(answer.Detail), at, time.GetElapsedTime(began)) { Failure = answer.Failure, Connections = answer.Connections };
    }

    private Task<ProbeAnswer> AskAsync(ProbeDefinition probe, Func<TimeSpan> took, CancellationToken cancellationToken) => probe.Type switch
    {
        ProbeType.Http => http.AskAsync(probe, took, cancellationToken),
        ProbeType.Postgres => PostgresProbe.AskAsync(probe, took, time, cancellationToken),
        ProbeType.Redis => RedisProbe.AskAsync(probe, took, time, cancellationToken),
        ProbeType.Tls => TlsProbe.AskAsync(probe, took, time, cancellationToken),
        ProbeType.Dns => DnsProbe.AskAsync(probe, took, cancellationToken),
        _ => TcpAsync(probe, took, cancellationToken),
    };

    private static async Task<ProbeAnswer> TcpAsync(ProbeDefinition probe, Func<TimeSpan> took, CancellationToken cancellationToken)
    {
        using var tcp = await HostAddress.ConnectAsync(probe.Address, cancellationToken);
        return new(true, $"connected in {ProbeAnswer.Milliseconds(took())}", null);
    }

    /// <summary>As everywhere: only what the system trusts is accepted. Beside that it keeps the reason for people.</summary>
    private bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (CertificateTrouble.Text(certificate, chain, errors, time.GetUtcNow()) is not { } trouble) return true;
        certificates[(sender as SslStream)?.TargetHostName ?? ""] = trouble;
        return false;
    }

    private static string Short(string detail) => FailureText.Cut(Redactor.ForRecord(FailureText.OneLine(detail)), LongestDetail);
}
