using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Platforms.Pipelines;

namespace ChatOps.Tests.Platforms.Pipelines;

/// <summary>The contract of all adapters, for those that deploy by pipeline, and what these have in common beyond it.</summary>
public abstract partial class PipelineContract : PlatformContract
{
    private readonly StoppedTime time = new();
    private StubPipelines stub = null!;
    private PipelinePlatform platform = null!;

    private protected abstract StubPipelines NewStub();

    private protected abstract PlatformDefinition Definition(Uri url, string token);

    private protected abstract PipelineStart Deploy { get; }

    private protected abstract PipelineStart Restart { get; }

    private protected virtual PipelineStart RestartOfPlain => Restart;

    private protected virtual string? Builds => null;

    private protected abstract string ShopName { get; }

    private protected abstract string MailerName { get; }

    private protected StubPipelines Stub => stub;

    private protected PipelinePlatform Pipelines => platform;

    protected override IPlatform Platform => platform;

    protected override PlatformTarget Target => new(At("shop"), ShopName);

    protected override PlatformTarget Plain => new(At("mailer"), MailerName);

    protected override string Credential => StubPipelines.Token;

    protected override int Actions => stub.Actions;

    protected override bool LooksFirst => true;

    protected override bool DeclaresNeeds => false;

    protected override bool SeesTheService => false;

    public override async ValueTask InitializeAsync()
    {
        stub = NewStub();
        await stub.StartAsync();
        platform = New();
    }

    public override async ValueTask DisposeAsync()
    {
        platform.Dispose();
        await stub.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void WriteLog(params (DateTimeOffset At, string Text)[] lines) => stub.Failing.Log.AddRange(lines);

    protected override async Task BreakAsync(Fault fault)
    {
        var failed = 0;
        switch (fault)
        {
            case Fault.Hangs:
                Renew(TimeSpan.FromSeconds(1));
                stub.Misbehave = HangAsync;
                break;
            case Fault.HangsAfterActing:
                // What it looks at first must be through in this time, on a busy machine too.
                Renew(TimeSpan.FromSeconds(5));
                stub.AfterAction = HangAsync;
                break;
            case Fault.CutsAfterActing:
                stub.AfterAction = c => { c.Abort(); return Task.CompletedTask; };
                break;
            case Fault.BreaksOnActions:
                stub.Misbehave = async c =>
                {
                    if (c.Request.Method != "POST") return false;
                    await StubPipelines.RefuseAsync(c, 500, "It broke.");
                    return true;
                };
                break;
            case Fault.RefusesCredentials:
                Renew(token: StubPipelines.Token + "x");
                break;
            case Fault.Gone:
                await stub.DisposeAsync();
                break;
            case Fault.FailsOneRead:
                stub.Misbehave = async c =>
                {
                    if (Interlocked.Increment(ref failed) != 1) return false;
                    await StubPipelines.RefuseAsync(c, 503, "Not now.");
                    return true;
                };
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault));
        }
    }

    private protected void Renew(TimeSpan? timeout = null, string? token = null, Func<PipelineSettings, PipelineSettings>? shop = null)
    {
        platform.Dispose();
        platform = New(timeout, token, shop);
    }

    /// <summary>What was seen of a run is old.</summary>
    private protected void LookAgain() => time.By += KnownRuns.Fresh;

    private protected static Task RefuseAsync(HttpContext context, int status, string message, params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        return StubPipelines.RefuseAsync(context, status, message);
    }

    /// <summary>Answers every call that changes something so.</summary>
    private protected void RefuseActions(int status, string message, params (string Name, string Value)[] headers) => stub.Misbehave = async c =>
    {
        if (c.Request.Method != "POST") return false;
        await RefuseAsync(c, status, message, headers);
        return true;
    };

    private PipelinePlatform New(TimeSpan? timeout = null, string? token = null, Func<PipelineSettings, PipelineSettings>? shop = null)
    {
        var settings = new PipelineSettings { Deploy = Deploy, Restart = Restart, Builds = Builds };
        var definition = Definition(stub.Url, token ?? StubPipelines.Token) with { Timeout = timeout ?? TimeSpan.FromSeconds(20) };
        return new(definition, new Dictionary<Target, ServiceEnvironment>
        {
            [At("shop")] = new() { Platform = definition.Name, PlatformName = ShopName, Settings = shop?.Invoke(settings) ?? settings },
            [At("mailer")] = new() { Platform = definition.Name, PlatformName = MailerName, Settings = new PipelineSettings { Restart = RestartOfPlain } },
        }, time);
    }

    /// <summary>It stands still but for what a test adds, whatever the machine has to do beside it.</summary>
    private sealed class StoppedTime : TimeProvider
    {
        private readonly DateTimeOffset began = System.GetUtcNow();

        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => began + By;
    }
}
