using System.Text.Json;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Http;

/// <summary>The general adapter: any platform that speaks the protocol of docs/http-platform.md.</summary>
public sealed class HttpPlatform : IPlatform, IDisposable
{
    private readonly PlatformDefinition definition;
    private readonly TimeProvider time;
    private readonly HttpPlatformCalls calls;
    private readonly HttpPlatformReading reading;
    private readonly KeptCapabilities capabilities;

    public HttpPlatform(PlatformDefinition definition, TimeProvider time)
    {
        this.definition = definition;
        this.time = time;
        capabilities = new(time);
        calls = new(definition, time);
        reading = new(calls.Failures);
    }

    public static PlatformOffer Offer { get; } = new("http", "In-house platform (docs/http-platform.md)")
    {
        Actions = new Dictionary<PlatformAction, string>
        {
            [PlatformAction.Restart] = "`restart`",
            [PlatformAction.RollBack] = "`rollback`",
            [PlatformAction.Deploy] = "`deploy`, strategy `rolling`",
            [PlatformAction.Recreate] = "`deploy`, strategy `recreate`",
            [PlatformAction.Candidate] = "`candidate`, `weight`, `promote`, `drop-candidate`",
            [PlatformAction.BackUp] = "`backup`",
            [PlatformAction.Scale] = "`scale`",
            [PlatformAction.MemoryLimit] = "`memory`",
        },
        Releases = "`releases`, with commit, checks, schema and variables",
        Logs = "`logs`, as a stream",
        Usage = "`metrics`, also by version",
        OperationIds = "the platform keeps them (`operation_ids`)",
    };

    public string Name => definition.Name;

    public Task<PlatformCapabilities> CapabilitiesAsync(CancellationToken cancellationToken) => capabilities.GetAsync(() => AskCapabilitiesAsync(cancellationToken));

    public async Task<TargetStatus> StatusAsync(PlatformTarget target, CancellationToken cancellationToken) =>
        reading.Status(await calls.ReadAsync(Of(target), HttpPlatformJson.Default.StatusMessage, cancellationToken), time.GetUtcNow());

    public async Task<IReadOnlyList<Release>> ReleasesAsync(PlatformTarget target, CancellationToken cancellationToken) =>
        reading.Releases(await calls.ReadAsync(Of(target, "releases"), HttpPlatformJson.Default.ReleasesMessage, cancellationToken));

    public async Task<IReadOnlyList<TargetChange>> ChangesAsync(PlatformTarget target, DateTimeOffset since, CancellationToken cancellationToken) =>
        reading.Changes(await calls.ReadAsync(Of(target, "changes", ("since", Time(since))), HttpPlatformJson.Default.ChangesMessage, cancellationToken));

    public IAsyncEnumerable<LogLine> LogsAsync(PlatformTarget target, LogWindow window, CancellationToken cancellationToken) =>
        new HttpPlatformLog(calls, query => Of(target, "logs", query)).ReadAsync(window, cancellationToken);

    public async Task<IReadOnlyList<MetricSeries>> MetricsAsync(PlatformTarget target, string? version, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        reading.Metrics(await calls.ReadAsync(Of(target, "metrics", ("version", version), ("since", Time(since)), ("until", Time(until))), HttpPlatformJson.Default.MetricsMessage, cancellationToken));

    public Task<PlatformOperation> RestartAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync(Of(target, "restart"), Message(call), cancellationToken);

    public Task<PlatformOperation> RollBackAsync(PlatformTarget target, string toVersion, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync(Of(target, "rollback"), Message(call) with { ToVersion = toVersion }, cancellationToken);

    public Task<PlatformOperation> DeployAsync(PlatformTarget target, string version, bool recreate, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync(Of(target, "deploy"), Message(call) with { Version = version, Strategy = Strategy(recreate) }, cancellationToken);

    public Task<PlatformOperation> StartCandidateAsync(PlatformTarget target, string version, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync(Of(target, "candidate"), Message(call) with { Version = version }, cancellationToken);

    public Task<PlatformOperation> SetWeightAsync(PlatformTarget target, int percent, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync(Of(target, "weight"), Message(call) with { Percent = percent }, cancellationToken);

    public Task<PlatformOperation> PromoteAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync(Of(target, "promote"), Message(call), cancellationToken);

    public Task<PlatformOperation> DropCandidateAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync(Of(target, "drop-candidate"), Message(call), cancellationToken);

    public Task<PlatformOperation> BackUpAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync(Of(target, "backup"), Message(call), cancellationToken);

    public Task<PlatformOperation> ScaleAsync(PlatformTarget target, int replicas, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync(Of(target, "scale"), Message(call) with { Replicas = replicas }, cancellationToken);

    public Task<PlatformOperation> SetMemoryLimitAsync(PlatformTarget target, long bytes, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync(Of(target, "memory"), Message(call) with { MemoryBytes = bytes }, cancellationToken);

    public async Task<PlatformReach> ReachAsync(CancellationToken cancellationToken)
    {
        var can = await AskCapabilitiesAsync(cancellationToken);
        return new($"answers; restart {(can.Restart ? "yes" : "no")}, rollback {(can.RollBack ? "yes" : "no")}", []);
    }

    public async Task<PlatformOperation?> FindOperationAsync(PlatformTarget target, string operationId, CancellationToken cancellationToken)
    {
        try
        {
            return reading.Operation(await calls.ReadAsync(calls.Address(["operations", operationId]), HttpPlatformJson.Default.OperationMessage, cancellationToken), operationId);
        }
        // The platform's own word, not any 404: a proxy or a wrong address must not read as "never seen".
        catch (PlatformException e) when (e.Code == "operation_unknown")
        {
            if ((await CapabilitiesAsync(cancellationToken)).KeepsOperationIds) return null;
            throw new PlatformException($"{Name} keeps no operation ids: what became of {operationId} cannot be looked up", CallOutcome.Unknown, e) { Code = "ids_not_kept" };
        }
    }

    public string CommandByHand(PlatformTarget target, PlatformAction action, string? version)
    {
        var (what, more) = action switch
        {
            PlatformAction.Restart => ("restart", ""),
            PlatformAction.RollBack => ("rollback", $",\"to_version\":{Version()}"),
            PlatformAction.Deploy => ("deploy", $",\"version\":{Version()},\"strategy\":\"{Strategy(recreate: false)}\""),
            PlatformAction.Recreate => ("deploy", $",\"version\":{Version()},\"strategy\":\"{Strategy(recreate: true)}\""),
            PlatformAction.Candidate => ("candidate", $",\"version\":{Version()}"),
            PlatformAction.BackUp => ("backup", ""),
            PlatformAction.Scale => ("scale", $",\"replicas\":{version ?? "REPLICAS"}"),
            PlatformAction.MemoryLimit => ("memory", $",\"memory_bytes\":{version ?? "BYTES"}"),
            _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
        };
        var address = Of(target, what);
        string Version() => JsonSerializer.Serialize(version ?? "VERSION");
        // Out of the quotes for the shell to fill in: an id that is new each time, and who does it.
        return "curl -fsS -X POST -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' "
            + $"-d '{{\"operation_id\":\"by-hand-'$(date +%s)'\",\"actor\":\"'$USER'\",\"reason\":\"by hand\"{ShellText.Inside(more)}}}' '{ShellText.Inside(address.AbsoluteUri)}'";
    }

    public void Dispose() => calls.Dispose();

    private async Task<PlatformCapabilities> AskCapabilitiesAsync(CancellationToken cancellationToken) =>
        HttpPlatformReading.Capabilities(await calls.ReadAsync(calls.Address(["capabilities"]), HttpPlatformJson.Default.CapabilitiesMessage, cancellationToken));

    private static ActionMessage Message(PlatformCall call) =>
        new() { OperationId = call.OperationId, Actor = call.Actor, Reason = call.Reason, IfGeneration = call.IfGeneration };

    private static string Strategy(bool recreate) => recreate ? "recreate" : "rolling";

    private async Task<PlatformOperation> ActAsync(Uri address, ActionMessage action, CancellationToken cancellationToken) =>
        reading.Operation(await calls.WriteAsync(address, action, HttpPlatformJson.Default.OperationMessage, cancellationToken), action.OperationId);

    private Uri Of(PlatformTarget target, string? what = null, params (string, string?)[] query) =>
        calls.Address(what is null ? ["services", target.PlatformName] : ["services", target.PlatformName, what], [("environment", target.Target.Environment), .. query]);

    internal static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
