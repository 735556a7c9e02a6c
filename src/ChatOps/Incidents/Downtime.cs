namespace ChatOps.Incidents;

/// <summary>How long people felt it: from the onset to the start of five healthy minutes, as probes saw it.</summary>
/// <param name="End">Null while no five healthy minutes have passed.</param>
/// <param name="HealthySince">Start of the healthy time so far, though it may be shorter than five minutes.</param>
/// <param name="LargestGap">The longest time without a probe inside the healthy time: what the figure may be wrong by.</param>
public sealed record Downtime(DateTimeOffset Start, DateTimeOffset? End, DateTimeOffset? HealthySince, TimeSpan LargestGap)
{
    /// <summary>So long must everything stay healthy before the downtime counts as over.</summary>
    public static readonly TimeSpan HealthyTime = TimeSpan.FromMinutes(5);

    public TimeSpan? Length => End - Start;

    /// <param name="onset">Start of the trouble.</param>
    /// <param name="answers">What probes answered, in order of time. Healthy means that the last answer of every probe was.</param>
    public static Downtime Measure(DateTimeOffset onset, IEnumerable<ProbeAnswer> answers)
    {
        var failing = new HashSet<string>(StringComparer.Ordinal);
        DateTimeOffset? healthySince = null, last = null, end = null;
        var gap = TimeSpan.Zero;
        foreach (var answer in answers.Where(a => a.At >= onset))
        {
            if (answer.Healthy) failing.Remove(answer.Probe);
            else failing.Add(answer.Probe);
            if (failing.Count > 0)
            {
                // Trouble that comes back counts on: the downtime ends where it stays away.
                (healthySince, last, end, gap) = (null, null, null, TimeSpan.Zero);
                continue;
            }
            healthySince ??= answer.At;
            if (end is null && answer.At - last > gap) gap = answer.At - last!.Value;
            last = answer.At;
            if (answer.At - healthySince >= HealthyTime) end = healthySince;
        }
        return new(onset, end, healthySince, gap);
    }
}

/// <param name="Probe">Target and probe: tells one question from another.</param>
public readonly record struct ProbeAnswer(string Probe, bool Healthy, DateTimeOffset At);
