namespace ChatOps.Diagnosis;

/// <summary>When the trouble began, and who says so. Not when somebody noticed or typed.</summary>
/// <param name="Source">For people: "first failed probe (probe login)".</param>
public sealed record OnsetEstimate(DateTimeOffset At, string Source)
{
    internal const string EndOfProcess = "end of the process";

    private const string Key = "onset";
    private const string No = "no";

    /// <summary>
    /// The first failed probe, metric breach or first line of the new error pattern, whichever was first; where there is none of them,
    /// the end of a process that should run. Null while nothing is known to be wrong. Pure.
    /// </summary>
    public static OnsetEstimate? From(IEnumerable<Evidence> evidence)
    {
        OnsetEstimate? symptom = null, ending = null;
        foreach (var e in evidence)
        {
            if (!Dates(e) || Describe(e) is not { } what) continue;
            var candidate = new OnsetEstimate(e.At, $"{what} ({e.Source})");
            if (e.Sign is Signs.TargetDown or Signs.OomKilled) ending = Earlier(ending, candidate);
            else symptom = Earlier(symptom, candidate);
        }
        return symptom ?? ending;
    }

    /// <summary>The same fact, marked as one that does not say when the trouble began.</summary>
    internal static Evidence Undated(Evidence e) => e with { Data = new Dictionary<string, string>(e.Data) { [Key] = No } };

    /// <summary>Whether its time may be that at which the trouble began.</summary>
    internal static bool Dates(Evidence e) => e.Data.GetValueOrDefault(Key) != No;

    private static OnsetEstimate Earlier(OnsetEstimate? a, OnsetEstimate b) => a is null || b.At < a.At ? b : a;

    private static string? Describe(Evidence e) => (e.Sign, e.Weight) switch
    {
        (Signs.ProbeFailed or Signs.CertificateExpiring, Weight.Bad) => "first failed probe",
        (Signs.NewErrorPattern, Weight.Bad) => "first line of the new error pattern",
        (Signs.ErrorRateHigh or Signs.LatencyHigh or Signs.DiskFull or Signs.ConnectionsHigh or Signs.MemoryHigh, Weight.Bad) => "metric breach",
        (Signs.TargetDown or Signs.OomKilled, Weight.Bad) => EndOfProcess,
        _ => null,
    };
}
