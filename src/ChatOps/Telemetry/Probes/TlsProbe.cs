using System.Globalization;
using ChatOps.Catalog;
using ChatOps.Configuration;

namespace ChatOps.Telemetry.Probes;

/// <summary>A TLS server whose certificate is for its name, comes from whom is trusted, and is good for some days more.</summary>
internal static class TlsProbe
{
    public static async Task<ProbeAnswer> AskAsync(ProbeDefinition probe, Func<TimeSpan> took, TimeProvider time, CancellationToken cancellationToken)
    {
        using var tcp = await HostAddress.ConnectAsync(probe.Address, cancellationToken);
        var handshake = await TlsHandshake.MakeAsync(tcp.GetStream(), probe, time, cancellationToken);
        if (handshake.Refused is { } refused) return refused;
        await using var stream = handshake.Stream!;
        var until = handshake.ValidUntil!.Value;
        var left = until - time.GetUtcNow();
        var detail = $"its TLS certificate is valid until {CertificateTrouble.Day(until.LocalDateTime)}, for {Left(left)} more";
        return left < probe.Limits.Certificate
            ? new(false, $"{detail}: less than {Durations.Text(probe.Limits.Certificate)}", ProbeFailure.Certificate)
            : new(true, $"{detail}; answered in {ProbeAnswer.Milliseconds(took())}", null);
    }

    private static string Left(TimeSpan left) => left.TotalDays >= 2 ? $"{Math.Floor(left.TotalDays).ToString(CultureInfo.InvariantCulture)} days" : $"{Math.Floor(left.TotalHours).ToString(CultureInfo.InvariantCulture)} h";
}
