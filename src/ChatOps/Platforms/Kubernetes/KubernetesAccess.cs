using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>
/// Where the API server is and how one shows who one is. From chatops.yaml, a kubeconfig, or what every pod finds in its file system.
/// TLS is always verified: against the authority that was named, else against the system's.
/// </summary>
internal sealed record KubernetesAccess(Uri Server)
{
    /// <summary>What a pod is given: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod.</summary>
    private const string Pod = "/var/run/secrets/kubernetes.io/serviceaccount/";

    /// <summary>The certificate of every API server carries this name.</summary>
    private static readonly Uri InCluster = new("https://kubernetes.default.svc");

    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>What is shown when a connection is made; asked after <see cref="Token"/>, since the program that gives one may give the other.</summary>
    public Func<X509Certificate2?>? Certificate { get; init; }

    /// <summary>Null: the system's.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Sent as <c>Authorization: Bearer</c>; asked for anew with every call, since a pod's token is exchanged every hour.</summary>
    public Func<CancellationToken, Task<string?>> Token { get; init; } = _ => Task.FromResult<string?>(null);

    /// <exception cref="PlatformException">A file is absent or is not what it should be.</exception>
    public static KubernetesAccess Of(PlatformDefinition definition, TimeProvider time)
    {
        var settings = (KubernetesSettings)definition.Settings!;
        try
        {
            if (settings.Kubeconfig is { } file)
            {
                var read = KubeconfigReader.Read(definition.Name, file, settings.Context, time);
                return settings.Server is { } instead ? read with { Server = instead } : read;
            }
            return new(settings.Server ?? InCluster)
            {
                Authorities = settings.AuthorityFile is { } authority ? Pem(File.ReadAllText(authority)) : settings.Server is null ? Pem(File.ReadAllText(Pod + "ca.crt")) : null,
                Token = definition.Token is { } token ? _ => Task.FromResult<string?>(token) : FileToken(definition.Name, Pod + "token"),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or FormatException or ArgumentException)
        {
            throw KubernetesFailures.NotDone($"{definition.Name} cannot be asked: its credentials cannot be read ({e.GetType().Name}); name a kubeconfig in chatops.yaml, or run in a pod with a service account's token", "credentials");
        }
    }

    /// <exception cref="CryptographicException">They are no PEM, or do not belong together.</exception>
    public static X509Certificate2 Certified(string certificate, string key)
    {
        using var pair = X509Certificate2.CreateFromPem(certificate, key);
        // The key of a certificate that was read from PEM lives only as long as the object; TLS wants one that it may keep.
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }

    public static Func<CancellationToken, Task<string?>> FileToken(string platform, string path) => async token =>
    {
        try
        {
            return (await File.ReadAllTextAsync(path, token)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KubernetesFailures.NotDone($"{platform} cannot be asked: its token file {path} cannot be read; name a kubeconfig in chatops.yaml, or run in a pod with a service account's token", "credentials");
        }
    };

    public static X509Certificate2Collection Pem(string text)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(text);
        return all.Count > 0 ? all : throw new CryptographicException("there is no certificate in it");
    }

    public SslClientAuthenticationOptions Tls()
    {
        var options = new SslClientAuthenticationOptions { CertificateChainPolicy = Telemetry.Authorities.PolicyOf(Authorities) };
        if (Certificate is { } certificate) options.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate()!;
        return options;
    }
}
