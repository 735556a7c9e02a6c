using System.Net.Sockets;
using ChatOps.Platforms;
using ChatOps.Platforms.Docker;

namespace ChatOps.Tests.Platforms.Docker;

public sealed partial class DockerPlatformTests : PlatformContract
{
    /// <summary>Where nothing hangs, a busy machine is all that could be waited for.</summary>
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    private readonly HeldTime time = new();
    private StubEngine stub = null!;
    private DockerPlatform platform = null!;
    private Socket? deaf;

    protected override IPlatform Platform => platform;

    protected override PlatformOffer Offer => DockerPlatform.Offer;

    protected override PlatformTarget Target => new(At("shop"), "shop");

    /// <summary>It was started from an image without a name, and has no limit.</summary>
    protected override PlatformTarget Plain => new(At("mailer"), "mailer");

    protected override string Credential => StubEngine.Token;

    protected override int Actions => stub.Actions;

    protected override bool LooksFirst => true;

    protected override bool DeclaresNeeds => false;

    public override async ValueTask InitializeAsync()
    {
        stub = await StubEngine.StartAsync();
        platform = New(StubEngine.Token, Generous);
    }

    public override async ValueTask DisposeAsync()
    {
        platform.Dispose();
        deaf?.Dispose();
        await stub.DisposeAsync();
    }

    protected override void WriteLog(params (DateTimeOffset At, string Text)[] lines) => stub.Containers.Logs["shop"].AddRange(lines);

    protected override async Task BreakAsync(Fault fault)
    {
        var failed = 0;
        switch (fault)
        {
            case Fault.Hangs:
                platform.Dispose();
                platform = New(StubEngine.Token, TimeSpan.FromSeconds(1));
                stub.Misbehave = HangAsync;
                break;
            case Fault.HangsAfterActing:
                platform.Dispose();
                platform = New(StubEngine.Token, TimeSpan.FromSeconds(4));
                stub.AfterAction = HangAsync;
                break;
            case Fault.CutsAfterActing:
                stub.AfterAction = c => { c.Abort(); return Task.CompletedTask; };
                break;
            case Fault.BreaksOnActions:
                stub.Misbehave = async c =>
                {
                    if (c.Request.Method != "POST" || c.Request.Path.Value!.Contains("/volumes", StringComparison.Ordinal)) return false;
                    await StubEngine.RefuseAsync(c, 500, "Cannot restart container shop: OCI runtime create failed");
                    return true;
                };
                break;
            case Fault.RefusesCredentials:
                platform.Dispose();
                platform = New(StubEngine.Token + "x", Generous);
                break;
            case Fault.Gone:
                await stub.StopAsync();
                deaf = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                deaf.Bind(new UnixDomainSocketEndPoint(stub.Socket));
                break;
            case Fault.FailsOneRead:
                stub.Misbehave = async c =>
                {
                    if (Interlocked.Increment(ref failed) != 1) return false;
                    await StubEngine.RefuseAsync(c, 503, "Not now.");
                    return true;
                };
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault));
        }
    }

    private DockerPlatform New(string token, TimeSpan timeout) => new(
        new() { Name = "engine", Type = "docker", Url = new("http://unknown.invalid"), Token = token, Timeout = timeout, Settings = new DockerSettings { Socket = stub.Socket } },
        ["shop", "mailer", "prod/web", "gate"], time);

    /// <summary>A clock that stands still until it is moved: what takes its time is under way until then. Waiting goes on.</summary>
    private sealed class HeldTime : TimeProvider
    {
        private readonly DateTimeOffset began = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => began + By;
    }
}
