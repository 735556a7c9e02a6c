using System.Diagnostics;

namespace ChatOps.Tests.Support;

/// <summary>Waits for a condition, with a deadline.</summary>
internal static class Until
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <param name="atMost">Longer than usual, where somebody else's pace decides.</param>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? atMost = null)
    {
        var deadline = atMost ?? Deadline;
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > deadline) throw new TimeoutException($"After {deadline.TotalSeconds:0} s it is still not true that {what}.");
            await Task.Delay(Look, TestContext.Current.CancellationToken);
        }
    }

    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? atMost = null) => TrueAsync(() => Task.FromResult(condition()), what, atMost);
}
