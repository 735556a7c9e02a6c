namespace ChatOps.Sandbox.Shop.Services;

/// <summary>Periodic work by the shared clock, which may jump: what became due meanwhile runs once.</summary>
internal sealed class ClockJobs(ServiceWeb web)
{
    private static readonly TimeSpan Live = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Winding = TimeSpan.FromMilliseconds(20);
    private readonly List<Job> jobs = [];

    public void Every(TimeSpan period, string logger, Func<CancellationToken, Task> work) => jobs.Add(new Job(period, logger, work));

    /// <summary>Runs until cancelled. A failure that is <paramref name="expected"/> is logged and the job comes again.</summary>
    public async Task RunAsync(Func<Exception, bool> expected, CancellationToken cancellationToken)
    {
        foreach (var job in jobs) job.Due = web.Clock.GetUtcNow() + (job.Period / 2);
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAll(jobs.Select(job => RunIfDueAsync(job, expected, cancellationToken)));
            await Task.Delay(web.IsWinding ? Winding : Live, web.Clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunIfDueAsync(Job job, Func<Exception, bool> expected, CancellationToken cancellationToken)
    {
        var now = web.Clock.GetUtcNow();
        if (now < job.Due) return;
        job.Due = now + job.Period;
        try
        {
            await job.Work(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e) when (expected(e))
        {
            web.Log.Error(job.Logger, "periodic work failed", e);
        }
    }

    private sealed class Job(TimeSpan period, string logger, Func<CancellationToken, Task> work)
    {
        public TimeSpan Period => period;

        public string Logger => logger;

        public Func<CancellationToken, Task> Work => work;

        public DateTimeOffset Due { get; set; }
    }
}
