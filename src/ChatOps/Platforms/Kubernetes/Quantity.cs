using System.Globalization;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>Kubernetes' way to write amounts: <c>250m</c>, <c>1.5</c>, <c>256Mi</c>, <c>12345678n</c> (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity).</summary>
internal static class Quantity
{
    private static readonly (string Suffix, double Factor)[] Suffixes =
    [
        ("Ki", 1024d), ("Mi", 1048576d), ("Gi", 1073741824d), ("Ti", 1099511627776d), ("Pi", 1125899906842624d), ("Ei", 1152921504606846976d),
        ("n", 1e-9), ("u", 1e-6), ("m", 1e-3), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15), ("E", 1e18), ("", 1),
    ];

    public static double? Read(string? text)
    {
        if (text is null) return null;
        // 1e3 is a number too, so that the suffix is what stands behind the longest number.
        foreach (var (suffix, factor) in Suffixes)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal) && double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number * factor;
        }
        return null;
    }
}
