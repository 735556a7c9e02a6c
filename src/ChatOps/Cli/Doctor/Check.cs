using System.Runtime.CompilerServices;
using ChatOps.Configuration;
using ChatOps.Timeline;

namespace ChatOps.Cli.Doctor;

/// <summary>Something to look at, which may take no longer than its time-out.</summary>
internal sealed record Check(string What, TimeSpan Timeout, Func<CancellationToken, Task<IReadOnlyList<Finding>>> LookAsync);

/// <summary>Looks at everything at once.</summary>
internal static class Checkup
{
    /// <summary>The findings in the order of the checks, each as soon as those before it are there. One check that fails costs its own line alone.</summary>
    public static async IAsyncEnumerable<Finding> RunAsync(IEnumerable<Check> checks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var running = checks.Select(c => LookAsync(c, cancellationToken)).ToList();
        foreach (var check in running)
        {
            foreach (var finding in await check) yield return finding;
        }
    }

    private static async Task<IReadOnlyList<Finding>> LookAsync(Check check, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(check.Timeout);
        try
        {
            return await Task.Run(() => check.LookAsync(deadline.Token), deadline.Token).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [Finding.Fail(check.What, $"no answer in {Durations.Text(check.Timeout)}", "Look whether it runs and whether this machine may reach it.")];
        }
#pragma warning disable CA1031 // The others are still to be told: what no check expected becomes the line of that check.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return [Finding.Fail(check.What, $"it could not be looked at: {Redactor.ForRecord(e.Message)} ({e.GetType().Name})", "Nothing is known about it.")];
        }
    }
}
