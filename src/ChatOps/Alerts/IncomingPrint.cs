using System.Security.Cryptography;
using System.Text;

namespace ChatOps.Alerts;

/// <summary>Short names for long things.</summary>
internal static class IncomingPrint
{
    /// <summary>What tells an alert from others, where its source does not say: all its labels.</summary>
    public static string Of(IReadOnlyDictionary<string, string> labels) =>
        Of(labels.OrderBy(l => l.Key, StringComparer.Ordinal).SelectMany(l => new[] { l.Key, l.Value }));

    public static string Of(IEnumerable<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts))))[..32];
}
