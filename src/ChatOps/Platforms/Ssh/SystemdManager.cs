using System.Globalization;
using System.Text.Json;

namespace ChatOps.Platforms.Ssh;

/// <summary>
/// systemd, by systemctl and journalctl (systemctl(1), systemd.exec(5), systemd.journal-fields(7)). How its last process ended is read from the unit while it lies there,
/// and from the journal's entries on failed units once it runs again.
/// </summary>
internal sealed class SystemdManager(SshSettings settings, SshFailures failures) : IServiceManager
{
    public string Title => "systemd";

    // d9b373ed… is SD_MESSAGE_UNIT_FAILURE_RESULT (sd-messages.h): "Failed with result …".
    public string Script => """
        setup() { [ -z "$path" ] || PATH=$path:$PATH; }
        show() { systemctl show --timestamp=unix --no-pager "$@" -- "$name"; }
        look() {
          facts
          show --property=LoadState,ActiveState,SubState,Result,NRestarts,ExecMainStartTimestamp,ExecMainExitTimestamp,ExecMainCode,ExecMainStatus,ActiveEnterTimestamp,WorkingDirectory,ExecStart,Environment | sed 's/^/show /'
          show --property=EnvironmentFiles --value | sed -e 's/ (ignore_errors=[a-z]*)$//' | while IFS= read -r one; do
            [ -n "$one" ] || continue
            if [ -r "$one" ]; then sed -n 's/^[[:space:]]*\([A-Za-z_][A-Za-z0-9_]*\)=.*/variable \1/p' "$one"; elif [ -e "$one" ]; then echo hidden; fi
          done
          journalctl -q --no-pager -u "$name" -o json -n 1 --output-fields=UNIT_RESULT MESSAGE_ID=d9b373ed55a64feb8242e02dbe79a49c 2> /dev/null | sed 's/^/failure /'
        }
        use() {
          facts
          show --property=LoadState,MemoryCurrent,MemoryMax,CPUUsageNSec | sed 's/^/show /'
          printf 'later %s\n' "$(now)"
          sleep 0.5
          show --property=CPUUsageNSec | sed 's/^/again /'
          printf 'latest %s\n' "$(now)"
        }
        journal() { if [ -n "$until" ]; then set -- --until "$until"; fi; if [ -n "$newest" ]; then set -- "$@" -n "$newest"; fi; journalctl -q --no-pager --all -u "$name" -o json --output-fields=MESSAGE,_PID --since "$since" "$@"; }
        state() { systemctl show --property="$1" --value -- "$name"; }
        pids() { [ "$(state ActiveState)" = active ] && echo $(state MainPID) $(state NRestarts); }
        prepare() {
          case $name in -*) refuse service_unknown ;; esac
          [ "$(state LoadState)" = loaded ] || refuse service_unknown
        }
        control() { if [ -n "$sudo" ]; then timeout 600 sudo -n systemctl restart "$name"; else timeout 600 systemctl --no-ask-password restart -- "$name"; fi; }
        manager() {
          missing systemctl journalctl
          printf 'version %s\n' "$(systemctl --version | head -n 1)"
          [ -z "$sudo" ] || ( set -f; for unit in $units; do sudo -n -l systemctl restart "$unit" < /dev/null > /dev/null 2>&1 || printf 'closed sudo %s\n' "$unit"; done )
          journalctl -q --no-pager -n 1 -o json > /dev/null 2>&1 || echo 'closed journal'
        }

        """;

    public ManagedService Read(string name, RemoteAnswer answer)
    {
        var unit = Unit(name, answer, "show");
        var state = unit.GetValueOrDefault("ActiveState") switch
        {
            "active" or "reloading" => TargetState.Running,
            "activating" => unit.GetValueOrDefault("SubState") == "auto-restart" ? TargetState.Crashed : TargetState.Starting,
            "failed" => TargetState.Crashed,
            "inactive" or "deactivating" => TargetState.Stopped,
            _ => TargetState.Unknown,
        };
        var hidden = answer.First("hidden") is not null;
        return new(
            new()
            {
                State = state,
                Restarts = (int)(Number(unit, "NRestarts") ?? 0),
                StartedAt = state == TargetState.Running ? Seconds(unit.GetValueOrDefault("ExecMainStartTimestamp")) : null,
                // What somebody stopped, or what ended well, did not end by the failure that the journal remembers.
                LastExit = Exit(unit) ?? (state == TargetState.Stopped ? null : Failure(answer)),
                Detail = failures.Clean($"systemd: {unit.GetValueOrDefault("ActiveState")} ({unit.GetValueOrDefault("SubState")})"),
                Variables = hidden ? null : [.. Assignments.Names(unit.GetValueOrDefault("Environment") ?? "").Concat(answer.All("variable").Select(v => v.Rest)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            },
            [$"{unit.GetValueOrDefault("WorkingDirectory")}/\n{unit.GetValueOrDefault("ExecStart")}"],
            Rolls: false);
    }

    public IReadOnlyList<MetricSeries> Usage(string name, RemoteAnswer answer)
    {
        var unit = Unit(name, answer, "show");
        var later = KeyValues.Read(answer.All("again").Select(l => l.Rest));
        var series = new List<MetricSeries>();
        if (Number(unit, "CPUUsageNSec") is { } before && Number(later, "CPUUsageNSec") is { } after && after >= before
            && Time("later") is { } from && Time("latest") is { } to && to > from)
        {
            series.Add(new("cpu", "percent", null, [new(to, (after - before) / 1e6 / (to - from).TotalMilliseconds * 100)]) { Over = to - from });
        }
        if (Number(unit, "MemoryCurrent") is { } memory) series.Add(new("memory", "bytes", Number(unit, "MemoryMax"), [new(answer.Now, memory)]));
        return series;

        DateTimeOffset? Time(string key) => answer.First(key) is { } fact ? RemoteAnswer.Time(fact.Rest) : null;
    }

    public Task<RemoteScript> LogScriptAsync(string name, LogWindow window, Func<RemoteScript, Task<RemoteAnswer>> ask) => Task.FromResult(
        new RemoteScript("journal")
            .With("since", $"@{window.Since.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}")
            .With("until", window.Until is { } until ? $"@{(until.ToUnixTimeSeconds() + 1).ToString(CultureInfo.InvariantCulture)}" : "")
            .With("newest", window.Limit?.ToString(CultureInfo.InvariantCulture) ?? ""));

    public IAsyncEnumerable<LogLine> LogAsync(IAsyncEnumerable<string> lines, LogWindow window) => Journal.ReadAsync(lines, window, failures);

    public string ByHand(string name, PlatformAction action) => $"{(settings.Sudo ? "sudo systemctl restart" : "systemctl restart --")} {ShellWord.Quote(name)}";

    private IReadOnlyDictionary<string, string> Unit(string name, RemoteAnswer answer, string key)
    {
        var unit = KeyValues.Read(answer.All(key).Select(l => l.Rest));
        return unit.GetValueOrDefault("LoadState") switch
        {
            null => throw new PlatformException($"{failures.Name}: systemctl shows nothing there; it must be systemd 247 or later", CallOutcome.NotDone) { Code = "manager_unreadable" },
            "not-found" => throw failures.Refused("service_unknown", name, Title),
            _ => unit,
        };
    }

    private static LastExit? Exit(IReadOnlyDictionary<string, string> unit)
    {
        var result = unit.GetValueOrDefault("Result");
        if (result is null or "success" or "" || Seconds(unit.GetValueOrDefault("ExecMainExitTimestamp")) is not { } at) return null;
        var status = (int?)Number(unit, "ExecMainStatus");
        // CLD_EXITED is 1, CLD_KILLED 2, CLD_DUMPED 3 (waitid(2)).
        var killed = unit.GetValueOrDefault("ExecMainCode") is "2" or "3";
        return new(killed ? null : status, killed ? status : null, result == "oom-kill", at, result);
    }

    private static LastExit? Failure(RemoteAnswer answer)
    {
        try
        {
            if (answer.First("failure") is not { } line) return null;
            using var entry = JsonDocument.Parse(line.Rest);
            var result = entry.RootElement.TryGetProperty("UNIT_RESULT", out var word) ? word.GetString() : null;
            return result is not null && Journal.At(entry.RootElement) is { } at ? new(null, null, result == "oom-kill", at, result) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary><c>@1764000000</c>, as <c>--timestamp=unix</c> writes; empty: never.</summary>
    private static DateTimeOffset? Seconds(string? text) => text is ['@', .. var digits] ? RemoteAnswer.Time(digits + "000") : null;

    /// <summary>Null for <c>[not set]</c>, <c>infinity</c> and the largest number, by which systemd means the same.</summary>
    private static double? Number(IReadOnlyDictionary<string, string> unit, string key) =>
        ulong.TryParse(unit.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != ulong.MaxValue ? number : null;
}
