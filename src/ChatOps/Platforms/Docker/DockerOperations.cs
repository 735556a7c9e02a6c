using System.Collections.Concurrent;
using ChatOps.Configuration;

namespace ChatOps.Platforms.Docker;

/// <summary>A change that may be made, and how.</summary>
internal sealed record Change(string Kind, string? From, string Proof)
{
    public string? To { get; init; }

    public bool Replaces => Kind is "deploy" or "rollback";

    /// <summary>Whoever carries it out gives up then.</summary>
    public required TimeSpan Within { get; init; }

    /// <summary>Its first call is answered within the time-out of the platform.</summary>
    public bool AnswersInTime { get; init; } = true;

    public required Func<DockerTarget, DockerWork, CancellationToken, CancellationToken, Task> RunAsync { get; init; }
}

/// <summary>
/// Carries out changes that take many calls, at most once: the record is at the Engine before the first call, and its end after the last. Whoever finds a record without an end
/// tells by what is there, and by the time at which its owner gave up, how it ended.
/// </summary>
internal sealed class DockerOperations : IDisposable
{
    /// <summary>As long as changes are asked for, and no more than a person would look through.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);
    private const int KeptAtMost = 100;

    private readonly ConcurrentDictionary<(string Target, string Id), DockerWork> works = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationToken halt;
    private readonly DockerCalls calls;
    private readonly DockerReads reads;
    private readonly TimeProvider time;

    public DockerOperations(DockerCalls calls, DockerReads reads, TimeProvider time)
    {
        (this.calls, this.reads, this.time) = (calls, reads, time);
        halt = stopping.Token;
    }

    public async Task<PlatformOperation> BeginAsync(PlatformTarget target, PlatformCall call, Func<DockerTarget, Task<Change>> judge, Patience patience)
    {
        if (works.TryGetValue((target.PlatformName, call.OperationId), out var mine)) return mine.State;
        var there = await reads.ReadAsync(target, patience);
        var records = await reads.RecordsAsync(target.PlatformName, patience);
        if (records.FirstOrDefault(r => r.Id == call.OperationId) is { } found) return Read(found, there);
        if (call.IfGeneration is { } generation && generation != there.Generation(records))
            throw DockerFailures.NotDone($"{there.Name} is at generation {there.Generation(records)}, not {generation}: it changed since it was looked at", "generation_changed");
        var change = await judge(there);
        // Two restarts do no harm to each other; what replaces containers must be alone.
        if (records.FirstOrDefault(r => (change.Replaces || r.Replaces) && Read(r, there).State == PlatformOperationState.Running) is { } other)
            throw DockerFailures.NotDone($"{there.Name} is busy: {other.Kind} by {calls.Failures.Clean(other.Actor)} is under way since {other.At:HH:mm} UTC", "busy");
        var now = time.GetUtcNow();
        var record = new OperationRecord
        {
            Id = call.OperationId, Target = target.PlatformName, Kind = change.Kind, Actor = call.Actor, Reason = call.Reason, At = now, Until = now + change.Within,
            From = change.From, To = change.To ?? change.From, Proof = change.Proof,
        };
        if (!await ClaimAsync(record, patience)) return new(record.Id, PlatformOperationState.Running, null, record.At, null);
        var work = works[(record.Target, record.Id)] = new DockerWork(record, time);
        // It outlives the call that asked for it, and ends with the process at the latest.
        _ = Task.Run(() => CarryOutAsync(work, there, change, records), CancellationToken.None);
        return await AnswerAsync(work, change, patience);
    }

    public async Task<PlatformOperation?> FindAsync(PlatformTarget target, string id, Patience patience)
    {
        if (works.TryGetValue((target.PlatformName, id), out var mine)) return mine.State;
        var there = await reads.FindAsync(DockerReads.NameOf(target), patience);
        var record = (await reads.RecordsAsync(target.PlatformName, patience)).FirstOrDefault(r => r.Id == id);
        if (record is not null) return there is null && record.Succeeded is null ? new(id, PlatformOperationState.Failed, $"{target.PlatformName} has no container any more", record.At, null) : Read(record, there!);
        // Somebody may have removed the record; what was made carries the id as well.
        if (there?.Current.Concat(there.Beside).Any(c => c.Label(OperationRecord.IdLabel) == id) == true)
            throw new PlatformException($"{calls.Failures.Name} has lost the record of {id}, and {there.Name} has a container of it: {OperationProof.Left(there)}", CallOutcome.Unknown) { Code = "ids_not_kept" };
        return null;
    }

    public void Dispose()
    {
        if (halt.IsCancellationRequested) return;
        stopping.Cancel();
        stopping.Dispose();
    }

    private PlatformOperation Read(OperationRecord record, DockerTarget there)
    {
        if (works.TryGetValue((record.Target, record.Id), out var mine)) return mine.State;
        if (record.Succeeded is { } succeeded) return new(record.Id, succeeded ? PlatformOperationState.Succeeded : PlatformOperationState.Failed, calls.Failures.CleanOrNull(record.Message), record.At, record.FinishedAt);
        if (OperationProof.Holds(record, there)) return new(record.Id, PlatformOperationState.Succeeded, null, record.At, null);
        return record.Until > time.GetUtcNow()
            ? new(record.Id, PlatformOperationState.Running, $"another instance of ChatOps is at it until {record.Until:HH:mm:ss} UTC at the latest", record.At, null)
            : new(record.Id, PlatformOperationState.Failed, calls.Failures.Clean(OperationProof.Left(there)), record.At, record.Until);
    }

    /// <summary>Of two that claim one id the Engine tells the second what the first wrote.</summary>
    private async Task<bool> ClaimAsync(OperationRecord record, Patience patience)
    {
        var nonce = Guid.NewGuid().ToString("N");
        try
        {
            var volume = await calls.ChangeAsync(HttpMethod.Post, "/volumes/create", record.Begin(nonce), atMost: null, patience.Deadline);
            return volume.Text("Labels", OperationRecord.Nonce) == nonce;
        }
        catch (OperationCanceledException e) when (!patience.Caller.IsCancellationRequested)
        {
            throw calls.Failures.NoAnswer(calls.Timeout, CallOutcome.NotDone, e);
        }
        catch (PlatformException e) when (e.Outcome == CallOutcome.Unknown)
        {
            // The record alone changes nothing at the service; and who asks again with the same id finds it open, and after its time failed.
            throw new PlatformException(e.Message, CallOutcome.NotDone, e) { Code = e.Code };
        }
    }

    private async Task<PlatformOperation> AnswerAsync(DockerWork work, Change change, Patience patience)
    {
        try
        {
            await (change.AnswersInTime ? work.First.WaitAsync(patience.Deadline) : work.First.WaitAsync(calls.Timeout / 2, patience.Deadline));
        }
        catch (TimeoutException)
        {
            // The Engine has the request and works on it.
        }
        catch (OperationCanceledException e) when (!patience.Caller.IsCancellationRequested)
        {
            if (change.AnswersInTime) throw calls.Failures.NoAnswer(calls.Timeout, CallOutcome.Unknown, e);
        }
        return new(work.Record.Id, PlatformOperationState.Running, work.Progress, work.Record.At, null);
    }

    private async Task CarryOutAsync(DockerWork work, DockerTarget there, Change change, IReadOnlyList<OperationRecord> earlier)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(halt);
        limit.CancelAfter(change.Within);
        try
        {
            if (there.Between)
            {
                await new ContainerCalls(calls, reads, work, limit.Token).ClearUpAsync(there);
                using var deadline = limit.Token.Within(calls.Timeout);
                there = await reads.FindAsync(there.Name, new(limit.Token, deadline.Token)) ?? there;
            }
            await change.RunAsync(there, work, limit.Token, halt);
            await EndAsync(work, succeeded: true, null);
            await ForgetAsync(earlier);
        }
        catch (PlatformException e)
        {
            work.Fail(e);
            await EndAsync(work, succeeded: false, calls.Failures.Clean(e.Message));
        }
        catch (OperationCanceledException) when (!halt.IsCancellationRequested)
        {
            await EndAsync(work, succeeded: false, $"not done within {Durations.Text(change.Within)}: {work.Progress}");
        }
        catch (OperationCanceledException)
        {
            // The process stops: the record stays open, and tells whoever looks.
        }
#pragma warning disable CA1031 // Nobody waits for this task: whatever broke must be told as the operation's end.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await EndAsync(work, succeeded: false, $"something in ChatOps itself broke ({e.GetType().Name}) while {work.Progress}; look at the containers");
        }
    }

    private async Task EndAsync(DockerWork work, bool succeeded, string? message)
    {
        var at = time.GetUtcNow();
        try
        {
            await calls.ChangeAsync(HttpMethod.Post, "/volumes/create", work.Record.End(succeeded, message, at), atMost: null, halt);
        }
        catch (Exception e) when (e is PlatformException or OperationCanceledException)
        {
            // This process knows it; another one tells by what is there.
        }
        // Told when it is written, so that nobody is told something else after a crash.
        work.Ended = (succeeded, message, at);
    }

    private async Task ForgetAsync(IReadOnlyList<OperationRecord> earlier)
    {
        foreach (var old in earlier.Where((r, i) => i >= KeptAtMost || r.At < time.GetUtcNow() - Remembered))
        {
            works.TryRemove((old.Target, old.Id), out _);
            foreach (var volume in new[] { OperationRecord.VolumeOf(old.Target, old.Id), $"{OperationRecord.VolumeOf(old.Target, old.Id)}-end" })
            {
                try
                {
                    await calls.ChangeAsync(HttpMethod.Delete, EncodedPath.Of(["volumes", volume]), body: null, atMost: null, halt);
                }
                catch (PlatformException)
                {
                    // The next operation takes it along.
                }
            }
        }
    }
}
