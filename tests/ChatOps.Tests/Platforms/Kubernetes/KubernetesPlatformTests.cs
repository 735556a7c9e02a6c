using ChatOps.Platforms;
using ChatOps.Platforms.Kubernetes;

namespace ChatOps.Tests.Platforms.Kubernetes;

public sealed partial class KubernetesPlatformTests : PlatformContract
{
    private StubCluster stub = null!;
    private KubernetesPlatform platform = null!;

    // Only who waits for nothing to happen waits briefly: a busy machine needs its time for the rest.
    private TimeSpan patience = TimeSpan.FromSeconds(30);

    protected override IPlatform Platform => platform;

    protected override PlatformOffer Offer => KubernetesPlatform.Offer;

    protected override PlatformTarget Target => new(At("shop"), "deployment/shop");

    /// <summary>Which of its two containers a version is of is not said.</summary>
    protected override PlatformTarget Plain => new(At("mailer"), "mailer");

    protected override string Credential => StubCluster.Token;

    protected override int Actions => stub.Actions;

    protected override IReadOnlyList<PlatformTarget> Services => [Target, Plain, new(At("batch"), "batch")];

    protected override bool LooksFirst => true;

    protected override bool DeclaresNeeds => false;

    public override async ValueTask InitializeAsync()
    {
        stub = await StubCluster.StartAsync();
        platform = New(StubCluster.Token);
    }

    public override async ValueTask DisposeAsync()
    {
        platform.Dispose();
        await stub.DisposeAsync();
    }

    protected override void WriteLog(params (DateTimeOffset At, string Text)[] lines) => stub.Objects.Logs["shop-2-a"].AddRange(lines);

    protected override async Task BreakAsync(Fault fault)
    {
        var failed = 0;
        switch (fault)
        {
            case Fault.Hangs:
                Hurry();
                stub.Misbehave = HangAsync;
                break;
            case Fault.HangsAfterActing:
                Hurry();
                stub.AfterAction = HangAsync;
                break;
            case Fault.CutsAfterActing:
                stub.AfterAction = c => { c.Abort(); return Task.CompletedTask; };
                break;
            case Fault.BreaksOnActions:
                stub.Misbehave = async c =>
                {
                    if (c.Request.Method != "PATCH" || c.Request.Query.ContainsKey("dryRun")) return false;
                    await StubCluster.StatusAsync(c, 500, "InternalError", "etcdserver: leader changed");
                    return true;
                };
                break;
            case Fault.RefusesCredentials:
                platform.Dispose();
                platform = New(StubCluster.Token + "x");
                break;
            case Fault.Gone:
                await stub.DisposeAsync();
                break;
            case Fault.FailsOneRead:
                stub.Misbehave = async c =>
                {
                    if (Interlocked.Increment(ref failed) != 1) return false;
                    await StubCluster.StatusAsync(c, 503, "ServiceUnavailable", "Not now.");
                    return true;
                };
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault));
        }
    }

    private void Hurry()
    {
        patience = TimeSpan.FromSeconds(1);
        platform.Dispose();
        platform = New(StubCluster.Token);
    }

    private KubernetesPlatform New(string? token, KubernetesSettings? settings = null, params string[] services) => new(
        new() { Name = "cluster", Type = "kubernetes", Url = stub.Url, Token = token, Timeout = patience, Settings = settings ?? new KubernetesSettings(StubCluster.Namespace, stub.Url, null, null, null) },
        services is [] ? ["deployment/shop", "mailer", "batch"] : services, TimeProvider.System);
}
