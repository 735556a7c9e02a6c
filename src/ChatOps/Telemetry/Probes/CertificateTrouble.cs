using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace ChatOps.Telemetry.Probes;

/// <summary>Why a certificate is refused, for people.</summary>
internal static class CertificateTrouble
{
    /// <summary>Null: nothing is wrong with it.</summary>
    public static string? Text(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, DateTimeOffset now)
    {
        if (errors == SslPolicyErrors.None) return null;
        if (certificate is not X509Certificate2 known) return "no TLS certificate was shown";
        if (known.NotAfter.ToUniversalTime() < now.UtcDateTime) return $"its TLS certificate expired on {Day(known.NotAfter)}";
        if (known.NotBefore.ToUniversalTime() > now.UtcDateTime) return $"its TLS certificate is not valid before {Day(known.NotBefore)}";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) return "its TLS certificate is for another name";
        return chain?.ChainStatus.Any(s => s.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)) == true
            ? "a TLS certificate above its own is expired or not valid yet"
            : "its TLS certificate is not trusted here";
    }

    /// <summary>Certificates tell local time.</summary>
    public static string Day(DateTime local) => local.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
