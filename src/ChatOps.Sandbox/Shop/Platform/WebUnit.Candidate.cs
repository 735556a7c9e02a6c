using System.Globalization;

namespace ChatOps.Sandbox.Shop.Platform;

// The version that is tried beside the one that runs.
internal sealed partial class WebUnit
{
    private WebInstance? candidate;
    private int percent;

    /// <summary>The version beside the one that runs; null: none. It stays when its process ends, until somebody drops it.</summary>
    public WebInstance? Candidate
    {
        get { lock (gate) return candidate; }
    }

    /// <summary>As in the protocol's status; null: there is none.</summary>
    public CandidateAnswer? DescribeCandidate()
    {
        lock (gate)
        {
            if (candidate is not { } tried) return null;
            var health = tried.HasExited ? new UnitHealth("crashed", false, $"0 of 1 replicas run; {ExitOf(tried).Reason}.", 0, []) : HealthOf(tried);
            return new CandidateAnswer(tried.Version, health.State, percent, health.Detail);
        }
    }

    /// <summary>Starts the release beside what runs, with no share of the requests.</summary>
    public async Task StartCandidateAsync(ReleaseHistory.Deployed release, CancellationToken cancellationToken)
    {
        await options.PrepareAsync(release, cancellationToken);
        await startGate.WaitAsync(cancellationToken);
        try
        {
            var instance = await LaunchAsync(release, cancellationToken);
            Set(instance, 0);
            watching.Add(WatchAsync(instance, ending.Token));
        }
        finally
        {
            startGate.Release();
        }
    }

    /// <summary>Gives the candidate its share of the requests from now on.</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public void SetWeight(int share)
    {
        lock (gate)
        {
            // None is always possible: that is how the users are taken away from one that died.
            if (share > 0) Running();
            Set(candidate, share);
        }
    }

    /// <summary>The candidate becomes what runs; the old version answers what it has begun and ends.</summary>
    /// <exception cref="InvalidOperationException">The candidate does not run.</exception>
    public async Task PromoteAsync(string by, CancellationToken cancellationToken)
    {
        await startGate.WaitAsync(cancellationToken);
        try
        {
            WebInstance? old;
            lock (gate)
            {
                var tried = Running();
                (candidate, percent) = (null, 0);
                old = TakeOver(tried);
                StandingOrder = null;
                Releases.MakeCurrent(Releases.Find(tried.Version)!, by, Clock.GetUtcNow());
                ForgetRestarts();
            }
            await EndAsync(old, cancellationToken);
        }
        finally
        {
            startGate.Release();
        }
    }

    /// <summary>All requests go to what runs; the candidate answers what it has begun and ends.</summary>
    public async Task DropCandidateAsync(CancellationToken cancellationToken)
    {
        await startGate.WaitAsync(cancellationToken);
        try
        {
            WebInstance? dropped;
            lock (gate)
            {
                dropped = candidate;
                Set(null, 0);
            }
            await EndAsync(dropped, cancellationToken);
        }
        finally
        {
            startGate.Release();
        }
    }

    private WebInstance Running() => candidate switch
    {
        { HasExited: false } runs => runs,
        { } ended => throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The candidate {ended.Version} of {Name} does not run: {ExitOf(ended).Reason}. Drop it; it still has {percent} % of the requests.")),
        null => throw new InvalidOperationException($"{Name} has no candidate."),
    };

    private void Set(WebInstance? tried, int share)
    {
        lock (gate)
        {
            (candidate, percent) = (tried, share);
            Route();
        }
    }

    private void Route() => proxy?.Route(live?.Backend, candidate?.Backend, percent);
}
