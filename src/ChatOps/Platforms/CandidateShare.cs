namespace ChatOps.Platforms;

/// <summary>
/// Where connections are spread evenly over the processes that are ready, as a Service of Kubernetes does, a share of the traffic is a share of the processes. Pure.
/// The nearest share is given that as many processes as before allow, or one more: never fewer, so that what is there keeps its capacity. Of two that are equally near, the smaller.
/// </summary>
internal sealed record CandidateShare(int Stable, int Candidate)
{
    public int Percent => Of(Stable, Candidate);

    /// <param name="replicas">What the workload has without a candidate; 1 or more.</param>
    /// <param name="percent">0 to 100.</param>
    public static CandidateShare Nearest(int replicas, int percent) => percent switch
    {
        <= 0 => new(replicas, 0),
        >= 100 => new(0, replicas),
        // Both versions serve: each has a process at least.
        _ => Possible(replicas).OrderBy(s => Math.Abs(s.Exact - percent)).ThenBy(s => s.Exact).ThenBy(s => s.Stable + s.Candidate).First(),
    };

    /// <summary>Of the processes that are ready, how many of a hundred are the candidate's.</summary>
    public static int Of(int stable, int candidate) => stable + candidate == 0 ? 0 : (int)Math.Round(100.0 * candidate / (stable + candidate), MidpointRounding.AwayFromZero);

    /// <summary>Null: it is what was asked for, to the whole percent.</summary>
    public string? Unlike(int replicas, int percent) => Percent == percent ? null
        : $"{percent} % is not possible with {replicas} {(replicas == 1 ? "replica" : "replicas")}: {Candidate} of {Stable + Candidate} is {Percent} %";

    private double Exact => 100.0 * Candidate / (Stable + Candidate);

    private static IEnumerable<CandidateShare> Possible(int replicas) =>
        new[] { replicas, replicas + 1 }.SelectMany(total => Enumerable.Range(1, Math.Max(0, total - 1)).Select(candidate => new CandidateShare(total - candidate, candidate)));
}
