using System.Text.Json;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>Every operation that was accepted, in a file that is flushed to the disk before anything is done.</summary>
internal sealed class OperationLog : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Operation> byId = new(StringComparer.Ordinal);
    private readonly FileStream file;
    private readonly TimeProvider clock;

    public OperationLog(string path, TimeProvider clock)
    {
        this.clock = clock;
        if (File.Exists(path))
        {
            foreach (var line in File.ReadLines(path))
                if (line.EndsWith('}') && JsonSerializer.Deserialize(line, PlatformJson.Default.Operation) is { } operation) byId[operation.OperationId] = operation;
        }
        file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        foreach (var interrupted in byId.Values.Where(o => o.State == "running").ToList())
            Finish(interrupted.OperationId, false, "The platform ended while this ran. The status of the service tells what is.");
    }

    public Operation? Find(string id)
    {
        lock (gate) return byId.GetValueOrDefault(id);
    }

    /// <summary>Takes the operation in, unless its id is known or something else runs on the service there: then that one is answered.</summary>
    public (Operation Operation, bool Accepted) Accept(Operation operation, Func<Refusal?> refuse, out Refusal? refusal)
    {
        lock (gate)
        {
            refusal = null;
            if (byId.TryGetValue(operation.OperationId, out var known)) return (known, false);
            if (byId.Values.FirstOrDefault(o => o.Service == operation.Service && o.Environment == operation.Environment && o.State == "running") is { } other)
                refusal = new Refusal(409, "busy", $"Operation {other.OperationId} ({other.Kind} by {other.Actor}) runs on {operation.Service}. Wait for it to end.");
            refusal ??= refuse();
            if (refusal is not null) return (operation, false);
            Store(operation);
            return (operation, true);
        }
    }

    public void Finish(string id, bool succeeded, string message)
    {
        lock (gate) Store(byId[id] with { State = succeeded ? "succeeded" : "failed", Message = message, FinishedAt = clock.GetUtcNow() });
    }

    public void Dispose() => file.Dispose();

    private void Store(Operation operation)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(operation, PlatformJson.Default.Operation);
        file.Write([.. line, (byte)'\n']);
        file.Flush(flushToDisk: true);
        byId[operation.OperationId] = operation;
    }
}

/// <summary>Why an action is not taken in: the protocol's status, code and sentence.</summary>
internal sealed record Refusal(int Status, string Code, string Message);
