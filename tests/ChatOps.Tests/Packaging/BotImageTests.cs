extern alias bot;

using System.Reflection.PortableExecutable;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Tests.Sandbox.Workspace;
using ChatOps.Tests.Support;
using PrivateCluster = bot::ChatOps.Database.PrivateCluster;

namespace ChatOps.Tests.Packaging;

/// <summary>The Dockerfile of this checkout, built by a real engine on stand-in base images, and what comes out of it at work.</summary>
[Collection(nameof(BotImage))]
public sealed class BotImageTests(DockerEngine engine)
{
    private const string Image = "chatops-under-test";

    private readonly DockerCommand docker = new(engine);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_image_is_built_without_a_network_and_two_of_it_share_the_work_without_root_and_without_writing()
    {
        engine.Need();
        RealPrograms.Skip(RealPrograms.Missing("docker.io", DockerCommand.Program) ?? BaseImages.Missing);
        await BuildAsync();
        await Its_packages_are_not_restored_again_for_a_changed_line();
        await Its_health_is_asked_by_itself_and_it_is_not_root();
        await RunAsync();
    }

    private async Task BuildAsync()
    {
        foreach (var (name, write) in new (string, Action<string>)[] { ("sdk", BaseImages.WriteSdk), ("runtime", BaseImages.WriteRuntime) })
        {
            var file = Path.Combine(engine.Folder, $"{name}.tar");
            write(file);
            string[] environment = ["PATH=/usr/bin:/bin", "DOTNET_CLI_TELEMETRY_OPTOUT=1", "DOTNET_NOLOGO=1", "NuGetAudit=false", "MSBUILDDISABLENODEREUSE=1"];
            await docker.RunAsync(["import", .. environment.SelectMany(e => new[] { "--change", $"ENV {e}" }), file, $"stand-in-{name}:1"]);
            File.Delete(file);
        }
        await docker.RunAsync([.. Build, "--tag", Image, Repository.Root]);
    }

    private async Task Its_packages_are_not_restored_again_for_a_changed_line()
    {
        var copy = Path.Combine(engine.Folder, "changed");
        foreach (var folder in new[] { "src/ChatOps", "src/ChatOps.Slack", "manifest", "runbooks" }) Copy(Path.Combine(Repository.Root, folder), Path.Combine(copy, folder));
        foreach (var file in new[] { "Dockerfile", ".dockerignore", "global.json", "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt" }) File.Copy(Path.Combine(Repository.Root, file), Path.Combine(copy, file));
        await File.AppendAllTextAsync(Path.Combine(copy, "src", "ChatOps", "Program.cs"), "// Changed.\n", Cancelled);
        var said = await docker.RunAsync([.. Build, "--target", "packages", copy]);
        var restore = said[said.IndexOf("RUN dotnet restore", StringComparison.Ordinal)..].Split('\n');
        restore[1].ShouldContain("Using cache", Case.Sensitive, said);
    }

    private async Task Its_health_is_asked_by_itself_and_it_is_not_root()
    {
        var config = (await engine.GetAsync($"images/{Image}/json"))["Config"]!;
        ((string?)config["User"]).ShouldBe("1654:1654");
        config["Healthcheck"]!["Test"]!.AsArray().Select(t => (string)t!).ShouldBe(["CMD", .. HealthCheck]);
        config["Entrypoint"]!.AsArray().Select(t => (string)t!).ShouldBe(["dotnet", "ChatOps.dll"]);
    }

    private async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("chatops-image-").FullName;
        var cluster = new PrivateCluster(Path.Combine(folder, "db"), FreePort.Next(), "fsync=off");
        await using var slack = await TestSandbox.StartAsync();
        try
        {
            await cluster.StartAsync(Cancelled);
            var ports = new[] { FreePort.Next(), FreePort.Next() };
            var ids = await Task.WhenAll(ports.Select(p => StartAsync(p, folder, slack, cluster)));
            await Task.WhenAll(ports.Select((p, i) => ReadyAsync(p, ids[i])));
            await Until.TrueAsync(async () => await InstancesAsync(cluster) == 2, "two instances that know of each other", TimeSpan.FromMinutes(1));

            foreach (var id in ids)
            {
                (await docker.RunAsync(["exec", id, .. HealthCheck])).Trim().ShouldBe("ready");
                var root = $"/proc/{(int)(await engine.InspectAsync(id))["State"]!["Pid"]!}";
                (await File.ReadAllLinesAsync($"{root}/status", Cancelled)).ShouldContain(l => l.StartsWith("Uid:", StringComparison.Ordinal) && l.Split('\t').Skip(1).All(u => u == "1654"));
                Directory.GetFiles($"{root}/root/app").Select(Path.GetFileName).ShouldNotContain(f => f!.Contains("Sandbox") || f.Contains("chatops.yaml"));
                Directory.GetFiles($"{root}/root/app/runbooks").ShouldNotBeEmpty();
                CompiledAhead($"{root}/root/app/ChatOps.dll").ShouldBeTrue();
                // What a container wrote beside its volumes; a read-only root has nothing.
                (await docker.RunAsync("diff", id)).Split('\n').ShouldNotContain(l => l.StartsWith("A /app", StringComparison.Ordinal) || l.StartsWith("C /app", StringComparison.Ordinal));
            }
            await StopAsync(ids[0]);
            await ReadyAsync(ports[1], ids[1]);
            await StopAsync(ids[1]);
        }
        finally
        {
            await engine.RemoveAsync(Image);
            await cluster.StopAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<long> InstancesAsync(PrivateCluster cluster)
    {
        await using var database = Npgsql.NpgsqlDataSource.Create(cluster.ConnectionString("postgres"));
        await using var count = database.CreateCommand("SELECT count(*) FROM quartz.qrtz_scheduler_state");
        return (long)(await count.ExecuteScalarAsync(Cancelled))!;
    }

    private static string[] HealthCheck => ["dotnet", "ChatOps.dll", "healthcheck", "--config", "/etc/chatops/chatops.yaml"];

    // No network of its own: none is made here, and none may be needed.
    private static string[] Build =>
    [
        "build", "--network", "host", "--build-arg", "SDK_IMAGE=stand-in-sdk:1", "--build-arg", "RUNTIME_IMAGE=stand-in-runtime:1",
    ];

    private async Task<string> StartAsync(int port, string folder, TestSandbox slack, PrivateCluster cluster)
    {
        var config = Path.Combine(folder, $"{port}.yaml");
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "manifest", "kubernetes", "chatops.yaml"), Cancelled);
        await File.WriteAllTextAsync(config, text.Replace("http://0.0.0.0:8080", $"http://127.0.0.1:{port}", StringComparison.Ordinal), Cancelled);
        File.SetUnixFileMode(config, (UnixFileMode)0b110_100_100);
        return await engine.RunAsync($"{Image}-{port}", new()
        {
            ["Image"] = Image,
            ["Env"] = new JsonArray($"DATABASE_URL={cluster.ConnectionString("postgres")}", $"SLACK_API_URL={slack.Host.ApiUrl}", $"SLACK_BOT_TOKEN={slack.Host.BotToken}", $"SLACK_APP_TOKEN={slack.Host.AppToken}", "SHOP_DB_URL=postgres://probe@127.0.0.1/shop"),
            ["HostConfig"] = new JsonObject
            {
                ["NetworkMode"] = "host",
                ["ReadonlyRootfs"] = true,
                ["CapDrop"] = new JsonArray("ALL"),
                ["SecurityOpt"] = new JsonArray("no-new-privileges"),
                ["Tmpfs"] = new JsonObject { ["/tmp"] = "" },
                ["Binds"] = new JsonArray($"{config}:/etc/chatops/chatops.yaml:ro"),
            },
        });
    }

    private async Task ReadyAsync(int port, string id)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        try
        {
            await Until.TrueAsync(async () => await AnswersAsync(http, new($"http://127.0.0.1:{port}/health/ready")), "the container is ready", TimeSpan.FromMinutes(2));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{await docker.RunAsync("logs", id)}", e);
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient http, Uri url)
    {
        try
        {
            using var response = await http.GetAsync(url, Cancelled);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>As Kubernetes does: SIGTERM, and time to end.</summary>
    private async Task StopAsync(string id)
    {
        await docker.RunAsync("stop", "--time", "60", id);
        var state = (await engine.InspectAsync(id))["State"]!;
        ((bool)state["Running"]!, (int)state["ExitCode"]!).ShouldBe((false, 0), await docker.RunAsync("logs", "--tail", "20", id));
    }

    private static bool CompiledAhead(string assembly)
    {
        using var file = File.OpenRead(assembly);
        using var reader = new PEReader(file);
        return reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(f => !f.Contains("/bin/", StringComparison.Ordinal) && !f.Contains("/obj/", StringComparison.Ordinal)))
        {
            var at = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(at)!);
            File.Copy(file, at);
        }
    }
}

/// <summary>An engine of its own, so that it begins early and waits for nobody.</summary>
[CollectionDefinition(nameof(BotImage))]
public sealed class BotImage : ICollectionFixture<DockerEngine>;
