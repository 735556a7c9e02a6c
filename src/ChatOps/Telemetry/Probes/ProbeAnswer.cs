namespace ChatOps.Telemetry.Probes;

/// <summary>What one question came to, before it is shortened and redacted.</summary>
internal sealed record ProbeAnswer(bool Healthy, string Detail, ProbeFailure? Failure)
{
    public ConnectionsUsed? Connections { get; init; }

    public static string Milliseconds(TimeSpan took) => $"{Math.Max(1, took.TotalMilliseconds):0} ms";
}
