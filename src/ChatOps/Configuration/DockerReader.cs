using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ChatOps.Platforms.Docker;

namespace ChatOps.Configuration;

/// <summary>What a platform of type <c>docker</c> needs: its socket or its address, and who the bot is there.</summary>
internal static class DockerReader
{
    private static readonly string[] ForAddress = ["ca", "certificate", "key"];

    /// <param name="url">Null: the Engine is reached by its socket.</param>
    public static DockerSettings Read(Section section, Uri? url)
    {
        var socket = section.Text("socket");
        if (socket is not null && url is not null) section.Reading.Mistake(section.LineOf("socket"), $"'socket' stands beside 'url'{section.In}", "name one or the other");
        if (url is null)
        {
            foreach (var key in ForAddress.Append("token").Where(section.Has))
                section.Reading.Mistake(section.LineOf(key), $"'{key}' stands without 'url'{section.In}", "a socket asks for nothing but the right to open it");
        }
        foreach (var (one, other) in new[] { ("certificate", "key"), ("key", "certificate"), ("registry_user", "registry_password"), ("registry_password", "registry_user") })
            if (section.Has(one) && !section.Has(other)) section.Reading.Mistake(section.LineOf(one), $"'{one}' stands without '{other}'{section.In}", $"add '{other}'");
        return new()
        {
            Socket = url is null ? section.Reading.Path(socket ?? DockerSettings.UsualSocket) : null,
            Authorities = AuthorityReader.Read(section, "ca"),
            Certificate = Certificate(section),
            RegistryUser = section.Text("registry_user"),
            RegistryPassword = section.Secret("registry_password"),
            Within = section.Duration("within", TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(30)),
        };
    }

    private static X509Certificate2? Certificate(Section section)
    {
        if (section.Text("certificate") is not { } certificate || section.Text("key") is not { } key) return null;
        try
        {
            using var pair = X509Certificate2.CreateFromPemFile(section.Reading.Path(certificate), section.Reading.Path(key));
            // The key of a certificate that was read from PEM lives only as long as the object; TLS wants one that it may keep.
            return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            section.Reading.Mistake(section.LineOf("certificate"), $"'certificate' and 'key' are not a pair that can be read{section.In}", "two files in PEM form, the certificate and its own key");
            return null;
        }
    }
}
