using System.Diagnostics;
using ChatOps.Platforms;

namespace ChatOps.Operations;

/// <summary>What an action gets while it is carried out: the guard before each call that changes something, and a way to show progress.</summary>
public sealed class OperationRun
{
    private readonly Guid id;
    private readonly Guid owner;
    private readonly OperationStore store;
    private readonly OperationOptions options;
    private readonly Func<IReadOnlyList<string>, CancellationToken, Task> show;
    private readonly List<string> lines = [];

    internal OperationRun(Guid id, Guid owner, OperationStore store, OperationOptions options, Func<IReadOnlyList<string>, CancellationToken, Task> show)
    {
        this.id = id;
        this.owner = owner;
        this.store = store;
        this.options = options;
        this.show = show;
    }

    /// <summary>A call was made that may have had an effect.</summary>
    internal bool MayHaveHappened { get; private set; }

    /// <summary>
    /// Makes a call that changes something. First it is made sure that this instance still owns the operation for longer than the call may take,
    /// and the row says that the platform is being called; what was not begun in that time is not begun at all. Reads need no guard.
    /// </summary>
    /// <exception cref="OperationLostException">Another instance owns the operation now: end, nothing was called.</exception>
    /// <exception cref="PlatformException">The call failed, or did not answer within its deadline.</exception>
    public async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        if (!await store.BeginCallAsync(id, owner, options.CallDeadline, cancellationToken)) throw new OperationLostException(id);
        // A process that was frozen since the check above must not call: its lease may belong to another by now.
        var left = options.CallDeadline - Stopwatch.GetElapsedTime(begun);
        if (left <= TimeSpan.Zero) throw new OperationLostException(id);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(left);
        var before = MayHaveHappened;
        MayHaveHappened = true;
        try
        {
            return await call(deadline.Token);
        }
        catch (PlatformException e) when (e.Outcome == CallOutcome.NotDone)
        {
            MayHaveHappened = before;
            throw;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PlatformException($"The platform did not answer within {options.CallDeadline.TotalSeconds:0.#} s.", CallOutcome.Unknown, e);
        }
    }

    /// <summary>Adds a line to the card. Edits silently; says nothing when the lines cannot be stored, since progress is never the only carrier of a fact.</summary>
    public async Task ProgressAsync(string line, CancellationToken cancellationToken)
    {
        lines.Add(line);
        await show([.. lines], cancellationToken);
    }
}

/// <summary>This instance was slower than its lease: the operation belongs to another one.</summary>
public sealed class OperationLostException(Guid id) : Exception($"Operation {id} is carried out by another instance.");
