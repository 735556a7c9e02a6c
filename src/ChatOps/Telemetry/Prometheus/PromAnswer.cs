using System.Globalization;
using System.Text.Json;
using ChatOps.Platforms;

namespace ChatOps.Telemetry.Prometheus;

/// <summary>One answer of the HTTP API (https://prometheus.io/docs/prometheus/latest/querying/api/). Values may be NaN or infinite.</summary>
/// <param name="Series">Each with its points, oldest first; none: nothing is known of what was asked.</param>
/// <param name="Warnings">What is missing of it, as where a store behind Thanos did not answer.</param>
public sealed record PromAnswer(IReadOnlyList<IReadOnlyList<MetricPoint>> Series, IReadOnlyList<string> Warnings)
{
    /// <summary>The answer, or null where it is none.</summary>
    public static PromAnswer? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (Text(root, "status") != "success") return null;
            var data = root.GetProperty("data");
            var result = data.GetProperty("result");
            List<IReadOnlyList<MetricPoint>>? series = Text(data, "resultType") switch
            {
                "matrix" => [.. result.EnumerateArray().Select(one => one.TryGetProperty("values", out var values) ? values.EnumerateArray().Select(Point).ToList() : Refuse())],
                "vector" => [.. result.EnumerateArray().Select(one => one.TryGetProperty("value", out var value) ? [Point(value)] : Refuse())],
                "scalar" => [[Point(result)]],
                _ => null,
            };
            return series is null ? null : new(series, WarningsOf(root));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException or ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>Its word and its sentence for a refusal; nulls where the answer is of somebody else, such as a proxy.</summary>
    public static (string? Type, string? Error) Refusal(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return (Text(document.RootElement, "errorType"), Text(document.RootElement, "error"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, null);
        }
    }

    /// <summary>The version that <c>/api/v1/status/buildinfo</c> tells; null where it tells none.</summary>
    public static string? Version(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Text(document.RootElement.GetProperty("data"), "version");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static List<MetricPoint> Refuse() => throw new FormatException("Native histograms are no figures.");

    private static MetricPoint Point(JsonElement pair) =>
        new(DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(pair[0].GetDouble() * 1000)), Value(pair[1].GetString()!));

    private static double Value(string text) => text switch
    {
        "NaN" => double.NaN,
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static string[] WarningsOf(JsonElement root) =>
        root.TryGetProperty("warnings", out var warnings) && warnings.ValueKind == JsonValueKind.Array ? [.. warnings.EnumerateArray().Select(w => w.ToString())] : [];

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
