using System.Security.Cryptography.X509Certificates;

namespace ChatOps.Telemetry;

/// <summary>Whose certificates count where a configuration names authorities of its own.</summary>
internal static class Authorities
{
    /// <summary>These authorities and no others; null: the system's. Names and times are checked as always.</summary>
    public static X509ChainPolicy? PolicyOf(X509Certificate2Collection? authorities)
    {
        if (authorities is null) return null;
        // As where no policy is given: an authority of one's own has no place that tells of revoked certificates.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
