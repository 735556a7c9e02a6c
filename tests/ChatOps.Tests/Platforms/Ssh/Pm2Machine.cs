using System.Globalization;
using ChatOps.Catalog;
using ChatOps.Platforms.Ssh;
using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Platforms.Ssh;

/// <summary>A small web service in Node under the real PM2 behind a real sshd, with releases that are sound (v1, v2) and one that ends as soon as it begins (v3).</summary>
internal sealed class Pm2Machine : IAsyncDisposable
{
    private static readonly string Pm2 = Path.Combine(Repository.Root, "tests", "pm2", "node_modules", ".bin");

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    private Pm2Machine(SshServer server) => Server = server;

    public static string? Missing => SshServer.Missing ?? RealPrograms.Missing("Node.js and, for the tests, PM2 (./chatops test)", Path.Combine(Pm2, "pm2"), "/usr/bin/node");

    public SshServer Server { get; }

    public int ShopPort { get; } = FreePort.Next();

    public string Root => Server.At("shop");

    public SshSettings Settings => new("127.0.0.1", Server.Port, Server.User, Server.Key, Server.KnownHosts, SshManager.Pm2, null, ".chatops") { Settle = TimeSpan.FromSeconds(2) };

    /// <param name="stable">How long the app must have run for PM2 not to count its end as unstable; PM2's own default.</param>
    public static async Task<Pm2Machine> StartAsync(string mode = "cluster", string stable = "1s")
    {
        var machine = new Pm2Machine(await SshServer.StartAsync(Pm2));
        try
        {
            machine.Put("v1", "");
            machine.Put("v2", "");
            machine.Put("v3", "throw new Error('no such table: countries');");
            machine.Put("v4", "broken = true;");
            File.CreateSymbolicLink(Path.Combine(machine.Root, "current"), "releases/v1");
            await File.WriteAllTextAsync(machine.Server.At("apps.json"), string.Create(CultureInfo.InvariantCulture, $$$"""
                {"apps":[{"name":"shop","cwd":"{{{machine.Root}}}/current","script":"{{{machine.Root}}}/current/server.js","exec_mode":"{{{mode}}}","instances":1,"min_uptime":"{{{stable}}}","time":true,"max_memory_restart":"256M","env":{"PORT":"{{{machine.ShopPort}}}","DATABASE_URL":"postgres://shop:hunter2hunter2@db/shop"}}]}
                """));
            await machine.Server.OnItAsync("pm2 start apps.json >/dev/null 2>&1");
            await Until.TrueAsync(async () => await machine.GetAsync("/") == "v1", "the shop answers", TimeSpan.FromSeconds(60));
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    public SshPlatform Platform(SshSettings? settings = null) => new(
        new PlatformDefinition { Name = "vps", Type = "ssh", Url = new("http://unknown.invalid"), Timeout = TimeSpan.FromSeconds(60), Settings = settings ?? Settings },
        new Dictionary<string, SshTarget?> { ["shop"] = new(Root) }, TimeProvider.System);

    /// <summary>Null where it does not answer, or not well.</summary>
    public async Task<string?> GetAsync(string path)
    {
        try
        {
            return await http.GetStringAsync(new Uri($"http://127.0.0.1:{ShopPort}{path}"));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Server.DisposeAsync();
    }

    private void Put(string version, string first)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, "releases", version)).FullName;
        File.WriteAllText(Path.Combine(folder, "RELEASE"), $"commit={version}c\nauthor=tom\ncreated=2026-11-2{version[1..]}T10:00:00Z\nchecks=passed\nrequires=DATABASE_URL\n");
        File.WriteAllText(Path.Combine(folder, "server.js"), $$"""
            let broken = false;
            {{first}}
            console.log('{{version}} begins');
            require('http').createServer((request, response) => {
              if (request.url === '/login' && broken) {
                console.error("TypeError: Cannot read properties of undefined (reading 'country')");
                response.writeHead(500).end('no login');
              } else response.end('{{version}}');
            }).listen(Number(process.env.PORT), '127.0.0.1');
            """);
    }
}
