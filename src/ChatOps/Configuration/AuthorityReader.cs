using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ChatOps.Configuration;

/// <summary>A file of authorities, such as a company's own.</summary>
internal static class AuthorityReader
{
    /// <summary>Null: none is named, or it is a mistake.</summary>
    public static X509Certificate2Collection? Read(Section section, string key)
    {
        if (section.Text(key) is not { } name) return null;
        var path = section.Reading.Path(name);
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(path);
            if (authorities.Count > 0) return authorities;
            section.Reading.Mistake(section.LineOf(key), $"the file {path} holds no certificate{section.In}", "certificates in PEM form, each from -----BEGIN CERTIFICATE----- on");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            section.Reading.Mistake(section.LineOf(key), $"the file {path} cannot be read as certificates{section.In}", "create it, correct the path, or let the bot's user read it");
        }
        return null;
    }
}
