using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ChatOps.Catalog;

namespace ChatOps.Telemetry.Probes;

/// <summary>What a handshake came to: a stream, or why there is none.</summary>
/// <param name="ValidUntil">Of the certificate, where one was shown.</param>
internal sealed record TlsHandshake(SslStream? Stream, DateTimeOffset? ValidUntil, ProbeAnswer? Refused)
{
    /// <summary>Only what the named authorities, else the system, trust is accepted.</summary>
    public static async Task<TlsHandshake> MakeAsync(Stream inner, ProbeDefinition probe, TimeProvider time, CancellationToken cancellationToken)
    {
        string? trouble = null;
        DateTimeOffset? until = null;
        var tls = new SslStream(inner, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = probe.ServerName ?? HostAddress.HostOf(probe.Address),
                    CertificateChainPolicy = Authorities.PolicyOf(probe.Authorities),
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    {
                        if (certificate is X509Certificate2 shown) until = new DateTimeOffset(shown.NotAfter);
                        trouble = CertificateTrouble.Text(certificate, chain, errors, time.GetUtcNow());
                        return trouble is null;
                    },
                },
                cancellationToken);
            return new(tls, until, null);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await tls.DisposeAsync();
            return new(null, until, trouble is null
                ? new(false, "no TLS connection came about; does it speak TLS there?", ProbeFailure.WrongAnswer)
                : new(false, trouble, ProbeFailure.Certificate));
        }
    }
}
