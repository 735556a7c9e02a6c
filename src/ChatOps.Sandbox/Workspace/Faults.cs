using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace;

/// <summary>What is to go wrong with the next calls of one method (or of any), or with deliveries.</summary>
internal sealed class Fault
{
    public const string Deliveries = "delivery";
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public required int Id { get; init; }

    /// <summary>A Web API method, <c>delivery</c>, or null for every Web API method.</summary>
    public string? Method { get; init; }
    public string? Error { get; init; }
    public int? Status { get; init; }
    public int? RetryAfter { get; init; }
    public TimeSpan Delay { get; init; }

    /// <summary>The call is carried out and only its answer goes wrong.</summary>
    public bool After { get; init; }
    public bool Hold { get; init; }
    public bool Duplicate { get; init; }
    public bool Disconnect { get; init; }
    public int Left { get; set; }
    public int Hits { get; set; }

    public bool Answers => Error is not null || Status is not null || RetryAfter is not null;

    public Task Released => released.Task;

    public void Release() => released.TrySetResult();

    /// <summary>The answer this fault gives in place of the true one.</summary>
    public SlackAnswer Answer()
    {
        var status = Status ?? (RetryAfter is not null ? 429 : 200);
        var error = Error ?? (status == 429 ? "ratelimited" : status >= 500 ? "internal_error" : "fatal_error");
        return new SlackAnswer(new JsonObject { ["ok"] = false, ["error"] = error }, status, RetryAfter ?? (status == 429 ? 1 : null));
    }

    public JsonObject Show() => new()
    {
        ["id"] = Id, ["method"] = Method, ["error"] = Error, ["status"] = Status, ["retry_after"] = RetryAfter, ["delay_ms"] = (int)Delay.TotalMilliseconds,
        ["when"] = After ? "after" : "before", ["hold"] = Hold, ["duplicate"] = Duplicate, ["disconnect"] = Disconnect, ["left"] = Left, ["hits"] = Hits,
    };
}

/// <summary>The faults that are armed, in the order in which they were asked for.</summary>
internal sealed class Faults
{
    private readonly Lock gate = new();
    private readonly List<Fault> armed = [];
    private readonly List<Fault> holding = [];
    private int count;

    /// <summary>Arms a fault from the body of <c>POST /control/faults</c>.</summary>
    /// <returns>The fault, or why it makes no sense.</returns>
    public (Fault? Fault, string? Mistake) Arm(JsonObject wanted)
    {
        var method = wanted.Text("method");
        if (method is not (null or Fault.Deliveries) && !MethodCatalog.All.ContainsKey(method))
            return (null, $"There is no method {method}; \"delivery\" means what Slack sends to the app.");
        if (wanted.Text("when") is { } when and not ("before" or "after"))
            return (null, $"\"when\" is {when}; it can be before or after.");
        if (wanted.Text("times") is { } times && !(wanted.Number("times") > 0))
            return (null, $"\"times\" is {times}; it must be 1 or more.");
        lock (gate)
        {
            var fault = new Fault
            {
                Id = ++count, Method = method, Error = wanted.Text("error"), Status = wanted.Number("status"), RetryAfter = wanted.Number("retry_after"),
                Delay = TimeSpan.FromMilliseconds(Math.Clamp(wanted.Number("delay_ms") ?? 0, 0, 600_000)), After = wanted.Text("when") == "after",
                Hold = wanted.Flag("hold"), Duplicate = wanted.Flag("duplicate"), Disconnect = wanted.Flag("disconnect"), Left = wanted.Number("times") ?? 1,
            };
            armed.Add(fault);
            return (fault, null);
        }
    }

    /// <summary>The fault that the next call of a method meets, if any; uses one of its times up.</summary>
    public Fault? Take(string method)
    {
        lock (gate)
        {
            // A fault for this very method goes before one for all: "everything takes 150 ms, and this one fails".
            var fault = armed.Find(f => f.Method == method) ?? (method == Fault.Deliveries ? null : armed.Find(f => f.Method is null));
            if (fault is null)
                return null;
            fault.Hits++;
            if (--fault.Left <= 0)
                armed.Remove(fault);
            if (fault.Hold && !holding.Contains(fault))
                holding.Add(fault);
            return fault;
        }
    }

    /// <summary>Lets go of what is held, all or of one fault; a held fault that was armed for more calls holds no more.</summary>
    public int Release(int? id)
    {
        lock (gate)
        {
            var let = holding.Concat(armed.Where(f => f.Hold)).Distinct().Where(f => id is null || f.Id == id).ToList();
            foreach (var fault in let)
            {
                fault.Release();
                holding.Remove(fault);
                armed.Remove(fault);
            }
            return let.Count;
        }
    }

    public void Clear()
    {
        Release(null);
        lock (gate)
            armed.Clear();
    }

    public JsonArray Show()
    {
        lock (gate)
            return new JsonArray([.. armed.Concat(holding).Distinct().Select(f => (JsonNode)f.Show())]);
    }
}
