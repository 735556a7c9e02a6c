using System.Formats.Tar;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Tests.Support;

/// <summary>
/// A Docker Engine of the tests' own, as Debian packs it: its data, its socket and its containers live in a folder that goes with it.
/// No network is made (containers use the host's, <see cref="HostNetwork"/>), no registry is reached, images are made from busybox.
/// Started once for all tests of <see cref="RealDocker"/>; each begins with <see cref="Need"/> and names what it makes by itself.
/// </summary>
public sealed class DockerEngine : IAsyncLifetime
{
    private const string Busybox = "/bin/busybox";

    /// <summary>Bit of a process' rights by which it may mount: https://man7.org/linux/man-pages/man7/capabilities.7.html.</summary>
    private const int SysAdmin = 21;

    private static readonly string[] Programs = ["/usr/sbin/dockerd", "/usr/bin/containerd", "/usr/sbin/runc", Busybox];
    private static readonly string[] Applets = ["sh", "echo", "sleep", "cat", "httpd", "test", "touch", "rm", "dd", "head", "tail", "true", "false", "kill", "env", "nc", "wget", "grep", "tr"];

    private readonly RealPrograms programs = new("docker");
    private readonly HttpClient http;
    private System.Diagnostics.Process? daemon;

    public DockerEngine() => http = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, token) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    }) { BaseAddress = new("http://docker/"), Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>The one network that containers can have here.</summary>
    public static JsonObject HostNetwork => new() { ["NetworkMode"] = "host" };

    /// <summary>Where it listens; with <c>unix://</c> before it, the value of DOCKER_HOST.</summary>
    public string Socket => Path.Combine(programs.Folder, "docker.sock");

    /// <summary>For files that containers are given; gone with the engine.</summary>
    public string Folder => programs.Folder;

    /// <summary>Whether it can hold a container to its memory.</summary>
    public bool LimitsMemory { get; private set; }

    private string? Missing { get; } = RealPrograms.Missing("docker.io and busybox-static", Programs) ?? Forbidden();

    /// <summary>Skips the test that runs where there can be no engine; in CI that fails.</summary>
    public void Need() => RealPrograms.Skip(Missing);

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null) return;
        // The machine's own settings, if it has any, are for the machine's own engine.
        await programs.WriteAsync("daemon.json", "{}");
        daemon = programs.Run(Programs[0], "--config-file", In("daemon.json"), "--data-root", In("data"), "--exec-root", In("exec"), "-p", In("pid"), "-H", $"unix://{Socket}",
            "--iptables=false", "--ip6tables=false", "--bridge=none", "--shutdown-timeout=1");
        await programs.ReadyAsync(AnswersAsync, "the Docker Engine answers");
        LimitsMemory = (bool?)(await GetAsync("info"))["MemoryLimit"] == true;
    }

    /// <summary>An image of busybox with its usual programs.</summary>
    /// <param name="version">Also in its file /version.</param>
    /// <param name="changes">As in a Dockerfile: <c>CMD ["sleep","600"]</c>.</param>
    public async Task ImportAsync(string repository, string version, params string[] changes)
    {
        using var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var folder in new[] { "bin", "tmp", "etc", "www" }) await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, folder) { Mode = (UnixFileMode)0b111_111_111 });
            await tar.WriteEntryAsync(Busybox, "bin/busybox");
            foreach (var applet in Applets) await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, $"bin/{applet}") { LinkName = "busybox" });
            using var text = new MemoryStream(Encoding.UTF8.GetBytes(version + "\n"));
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "version") { DataStream = text });
        }
        archive.Position = 0;
        var asked = $"images/create?fromSrc=-&repo={Uri.EscapeDataString(repository)}&tag={Uri.EscapeDataString(version)}{string.Concat(changes.Append("ENV PATH=/bin").Select(c => $"&changes={Uri.EscapeDataString(c)}"))}";
        using var body = new StreamContent(archive);
        using var answer = await http.PostAsync(new Uri(asked, UriKind.Relative), body);
        var told = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode || told.Contains("\"error\"", StringComparison.Ordinal)) throw new InvalidOperationException(told);
    }

    /// <summary>Makes and starts a container as a person would.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> RunAsync(string name, JsonObject container)
    {
        var id = (string)(await PostAsync($"containers/create?name={Uri.EscapeDataString(name)}", container))["Id"]!;
        await PostAsync($"containers/{id}/start");
        return id;
    }

    public Task<JsonObject> InspectAsync(string container) => GetAsync($"containers/{Uri.EscapeDataString(container)}/json");

    /// <summary>What it wrote, with the Engine's headers between.</summary>
    public Task<string> LogAsync(string container) => http.GetStringAsync(new Uri($"containers/{Uri.EscapeDataString(container)}/logs?stdout=1&stderr=1", UriKind.Relative));

    public async Task<JsonObject> GetAsync(string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(answer);
    }

    public async Task<JsonObject> PostAsync(string path, JsonObject? body = null)
    {
        using var content = new StringContent(body?.ToJsonString() ?? "", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        return await ReadAsync(answer);
    }

    /// <summary>Removes every container whose name begins so, running or not, with its volumes.</summary>
    public async Task RemoveAsync(string prefix)
    {
        var all = JsonNode.Parse(await http.GetStringAsync(new Uri("containers/json?all=1", UriKind.Relative)))!.AsArray();
        foreach (var container in all.Where(c => c!["Names"]!.AsArray().Any(n => ((string)n!).TrimStart('/').StartsWith(prefix, StringComparison.Ordinal))))
            using (await http.DeleteAsync(new Uri($"containers/{(string)container!["Id"]!}?force=1&v=1", UriKind.Relative))) continue;
    }

    public async ValueTask DisposeAsync()
    {
        if (daemon is { HasExited: false })
        {
            await StopAsync(daemon);
            await KillLeftAsync();
        }
        http.Dispose();
        Unmount();
        await programs.DisposeAsync();
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{(int)answer.StatusCode} {text}");
        return text.Length == 0 ? [] : (JsonObject)JsonNode.Parse(text)!;
    }

    /// <summary>What no package brings: the right to mount and to make cgroups, which a container seldom has.</summary>
    private static string? Forbidden()
    {
        var rights = File.Exists("/proc/self/status") ? File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("CapEff:", StringComparison.Ordinal)) : null;
        return rights is not null && (ulong.Parse(rights.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> SysAdmin & 1) == 1 ? null
            : RealPrograms.NotHere("A Docker Engine needs root with the right to mount; this process does not have it.");
    }

    private string In(string name) => Path.Combine(programs.Folder, name);

    private async Task<bool> AnswersAsync()
    {
        if (daemon!.HasExited) throw new TimeoutException($"dockerd ended with {daemon.ExitCode}.\n{programs.Said}");
        try
        {
            using var answer = await http.GetAsync(new Uri("_ping", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task StopAsync(System.Diagnostics.Process process)
    {
        // Whoever ends the engine alone leaves its containers running: they go first.
        try
        {
            await RemoveAsync("");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // What is left is killed by its folder below.
        }
        System.Diagnostics.Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])?.Dispose();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Processes that the engine started and let go of all name its folder.</summary>
    private async Task KillLeftAsync()
    {
        foreach (var process in System.Diagnostics.Process.GetProcesses())
        {
            using (process)
            {
                try
                {
                    if (process.Id != Environment.ProcessId && (await File.ReadAllTextAsync($"/proc/{process.Id}/cmdline")).Contains(programs.Folder + "/exec", StringComparison.Ordinal)) process.Kill(entireProcessTree: true);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or System.ComponentModel.Win32Exception)
                {
                    // It has ended meanwhile.
                }
            }
        }
    }

    private void Unmount()
    {
        if (!File.Exists("/proc/self/mounts")) return;
        foreach (var mount in File.ReadAllLines("/proc/self/mounts").Select(l => l.Split(' ')[1]).Where(m => m.StartsWith(programs.Folder + "/", StringComparison.Ordinal)).OrderDescending(StringComparer.Ordinal))
        {
            using var umount = System.Diagnostics.Process.Start("umount", ["-l", mount]);
            umount.WaitForExit();
        }
    }
}

/// <summary>Tests at one real engine, one class after the other.</summary>
[CollectionDefinition(nameof(RealDocker))]
public sealed class RealDocker : ICollectionFixture<DockerEngine>;
