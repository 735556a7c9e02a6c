using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Ssh;

/// <summary>
/// PM2, by its command line. A restart is <c>pm2 restart NAME</c> without <c>--update-env</c>: that would replace the environment the app was started with by what an ssh
/// session happens to have. Nothing is asked of a PM2 that does not run, since asking would start an empty one.
/// </summary>
internal sealed class Pm2Manager(SshSettings settings, SshFailures failures) : IServiceManager
{
    /// <summary>A process that is younger than this and follows one that ended by itself is one of a row of crashes.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(10);

    public string Title => "PM2";

    public string Script => """
        setup() {
          [ -z "$home" ] || { PM2_HOME=$home; export PM2_HOME; }
          [ -z "$path" ] || PATH=$path:$PATH
          daemon=${PM2_HOME:-$HOME/.pm2}
        }
        alive() { god=; [ ! -r "$daemon/pm2.pid" ] || read -r god < "$daemon/pm2.pid"; [ -n "$god" ] && kill -0 "$god" 2> /dev/null; }
        list() { timeout 60 pm2 jlist 2> /dev/null | tail -n 1; }
        look() {
          facts
          alive || { echo down; return 0; }
          printf 'list %s\n' "$(list)"
          if [ -r "$daemon/pm2.log" ]; then tail -c 262144 -- "$daemon/pm2.log" | grep -a -F -e "[$name:" -e "app:$name id:" -e 'exceeds --max-memory-restart' | tail -n 200 | sed 's/^/log /'; fi
        }
        use() { look; }
        processes() { timeout 60 pm2 pid "$name" 2> /dev/null | grep -x '[0-9][0-9]*'; }
        pids() { all=$(processes); case " $(echo $all) " in *' 0 '*) ;; *) echo $all ;; esac; }
        prepare() { alive || refuse manager_down; [ -n "$(processes)" ] || refuse service_unknown; }
        control() { case $how in reload) timeout 600 pm2 reload "$name" ;; *) timeout 600 pm2 restart "$name" ;; esac; }
        manager() { missing node pm2; if alive; then printf 'version %s\n' "$(pm2 --version 2> /dev/null | tail -n 1)"; else echo down; fi; }

        """;

    public ManagedService Read(string name, RemoteAnswer answer)
    {
        var processes = Processes(name, answer);
        var lastExit = new Pm2Log(answer.Zone).LastExit(answer.All("log").Select(l => l.Rest), [.. processes.Select(p => Number(p, "pm_id")).OfType<double>().Select(id => (int)id)]);
        var states = processes.Select(p => State(p, lastExit, answer.Now)).ToList();
        var ready = states.Count(s => s == TargetState.Running);
        var state = ready == states.Count ? TargetState.Running
            : ready > 0 ? TargetState.Degraded
            : states.Contains(TargetState.Crashed) ? TargetState.Crashed
            : states.Contains(TargetState.Starting) ? TargetState.Starting : TargetState.Stopped;
        var started = processes.Max(Started);
        // What was stopped did not end by a crash after which it ran again.
        if (state == TargetState.Stopped && lastExit?.At < started) lastExit = null;
        var words = processes.Select(p => Text(p, "pm2_env", "status") ?? "unknown").Distinct(StringComparer.Ordinal);
        return new(
            new()
            {
                State = state,
                ReadyReplicas = ready,
                DesiredReplicas = states.Count,
                Restarts = (int)processes.Sum(p => Number(p, "pm2_env", "restart_time") ?? 0),
                StartedAt = started,
                LastExit = lastExit,
                Detail = failures.Clean($"PM2: {string.Join(", ", words)}"),
                Variables = Variables(name, processes),
            },
            [.. processes.Select(p => $"{Text(p, "pm2_env", "pm_cwd")}/\n{Text(p, "pm2_env", "pm_exec_path")}")],
            processes.TrueForAll(p => Text(p, "pm2_env", "exec_mode") == "cluster_mode"));
    }

    public IReadOnlyList<MetricSeries> Usage(string name, RemoteAnswer answer)
    {
        var processes = Processes(name, answer);
        // PM2 holds each process to the limit by itself, so the largest is what matters.
        var memory = processes.Max(p => Number(p, "monit", "memory")) ?? double.NaN;
        return
        [
            new("cpu", "percent", null, [new(answer.Now, processes.Sum(p => Number(p, "monit", "cpu") ?? 0))]),
            new("memory", "bytes", processes.Min(p => Number(p, "pm2_env", "max_memory_restart")), [new(answer.Now, memory)]),
        ];
    }

    public async Task<RemoteScript> LogScriptAsync(string name, LogWindow window, Func<RemoteScript, Task<RemoteAnswer>> ask)
    {
        var processes = Processes(name, await ask(new("look")));
        var files = processes.SelectMany(p => new[] { Text(p, "pm2_env", "pm_out_log_path"), Text(p, "pm2_env", "pm_err_log_path") }).OfType<string>().Where(f => f.StartsWith('/') && f != "/dev/null");
        return new("lines", [.. files.Distinct(StringComparer.Ordinal)]);
    }

    public IAsyncEnumerable<LogLine> LogAsync(IAsyncEnumerable<string> lines, LogWindow window) => Pm2Log.ReadAsync(lines, window, failures);

    public string ByHand(string name, PlatformAction action)
    {
        var home = settings.Pm2Home is { } folder ? $"PM2_HOME={ShellWord.Quote(folder)} " : "";
        var path = settings.Path is { } first ? $"PATH={ShellWord.Quote(first)}:\"$PATH\" " : "";
        return $"{home}{path}pm2 {(action == PlatformAction.Deploy ? "reload" : "restart")} {ShellWord.Quote(name)}";
    }

    private List<JsonNode> Processes(string name, RemoteAnswer answer)
    {
        if (answer.First("down") is not null) throw failures.Refused("manager_down", name, Title);
        JsonArray? all;
        try
        {
            all = JsonNode.Parse(answer.First("list")?.Rest ?? "") as JsonArray;
        }
        catch (JsonException e)
        {
            throw new PlatformException($"{failures.Name}: pm2 jlist gave no list there; set path in chatops.yaml to the folder where node and pm2 are", CallOutcome.NotDone, e) { Code = "manager_unreadable" };
        }
        var processes = (all ?? []).OfType<JsonNode>().Where(p => Text(p, "name") == name).ToList();
        return processes is [] ? throw failures.Refused("service_unknown", name, Title) : processes;
    }

    /// <param name="lastExit">That nobody asked for: PM2 counts as unstable also what was restarted by hand within a second of its start.</param>
    private static TargetState State(JsonNode process, LastExit? lastExit, DateTimeOffset now) => Text(process, "pm2_env", "status") switch
    {
        "online" when (Number(process, "pm2_env", "unstable_restarts") ?? 0) > 0 && Started(process) is { } since && now - since < Young && lastExit?.At > since - Young => TargetState.Crashed,
        "online" => TargetState.Running,
        "launching" or "one-launch-status" => TargetState.Starting,
        "errored" or "waiting restart" => TargetState.Crashed,
        "stopped" or "stopping" => TargetState.Stopped,
        _ => TargetState.Unknown,
    };

    private static DateTimeOffset? Started(JsonNode process) => Number(process, "pm2_env", "pm_uptime") is { } ms ? RemoteAnswer.Time(ms.ToString("F0", CultureInfo.InvariantCulture)) : null;

    /// <summary>Names alone: PM2's list holds the whole environment of each process.</summary>
    private static string[] Variables(string name, List<JsonNode> processes) =>
        [.. processes.SelectMany(p => (p["pm2_env"]?["env"] as JsonObject)?.Select(e => e.Key) ?? [])
            // PM2 puts its own among them: one by the app's name, one for its ids.
            .Where(k => k != name && k != "unique_id" && !k.StartsWith("PM2_", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static JsonNode? At(JsonNode? node, string[] place)
    {
        foreach (var key in place) node = (node as JsonObject)?[key];
        return node;
    }

    private static string? Text(JsonNode node, params string[] place) => At(node, place) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static double? Number(JsonNode node, params string[] place) =>
        At(node, place) is JsonValue value && value.TryGetValue<double>(out var number) && double.IsFinite(number) && Math.Abs(number).ToString(CultureInfo.InvariantCulture).Length < 25 ? number : null;
}
