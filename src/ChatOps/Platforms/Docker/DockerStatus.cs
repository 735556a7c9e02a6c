using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Docker;

/// <summary>How a service's containers are, in the bot's words. Pure.</summary>
/// <param name="events">Around the last ends of its containers; none where the Engine forgot them.</param>
internal sealed class DockerStatus(DockerFailures failures, DockerTarget target, IReadOnlyList<OperationRecord> records, IReadOnlyList<JsonNode> events)
{
    /// <summary>Events of one end come within this.</summary>
    public static readonly TimeSpan Around = TimeSpan.FromSeconds(15);

    /// <summary>SIGKILL: what the kernel sends where memory ran out.</summary>
    private const int Kill = 9;

    public TargetStatus Read()
    {
        var newest = target.Current.MaxBy(c => c.CreatedAt)!;
        var deploy = records.FirstOrDefault(r => r.Replaces && r.Succeeded != false);
        var ours = deploy is not null && (deploy.To == newest.Version || newest.Label(OperationRecord.IdLabel) == deploy.Id);
        return new()
        {
            State = State(),
            Version = failures.CleanOrNull(target.First.Version),
            Digest = target.First.Digest,
            DeployedAt = ours ? deploy!.At : newest.CreatedAt,
            DeployedBy = ours ? failures.CleanOrNull(deploy!.Actor) : null,
            ReadyReplicas = target.Current.Count(c => c.Up),
            DesiredReplicas = target.Current.Count,
            Restarts = target.Current.Sum(c => c.RestartCount),
            LastExit = target.Current.Select(LastExit).OfType<LastExit>().MaxBy(e => e.At),
            StartedAt = target.Current.Where(c => c.Running).Max(c => c.StartedAt),
            Variables = [.. target.First.Variables.Select(failures.Clean)],
            Generation = target.Generation(records),
            Detail = Detail(),
        };
    }

    /// <summary>Null: it has not ended, or somebody ended it.</summary>
    public LastExit? LastExit(DockerContainer container)
    {
        if (container.FinishedAt is not { } at) return null;
        var its = events.Where(e => (e.Text("id") ?? e.Text("Actor", "ID")) == container.Id && Moment(e) is { } t && (t - at).Duration() < Around).ToList();
        var died = its.Where(e => Action(e) == "die").MinBy(e => (Moment(e)!.Value - at).Duration());
        var oom = its.Any(e => Action(e) == "oom") || (its.Count == 0 && container.OomKilled);
        // A stop or restart that somebody asked for begins with a signal.
        if (!oom && its.Any(e => Action(e) == "kill" && Moment(e) <= at)) return null;
        if (!oom && its.Count == 0 && container is { RestartCount: 0, Running: true }) return null;
        int? code = died is not null && int.TryParse(died.Text("Actor", "Attributes", "exitCode"), out var told) ? told : container.Running || container.Restarting ? null : container.ExitCode;
        if (code == 0 && !oom) return null;
        int? signal = oom ? Kill : code is > 128 and < 160 ? code - 128 : null;
        return new(code ?? (oom ? 128 + Kill : null), signal, oom, at, oom ? "OOMKilled" : "exited");
    }

    private TargetState State()
    {
        if (target.Current.All(c => c.Up)) return TargetState.Running;
        if (target.Current.Any(c => c.Up)) return TargetState.Degraded;
        if (target.Current.Any(c => c.Running)) return target.Current.Any(c => c is { Running: true, Paused: false, Health: "starting" }) ? TargetState.Starting : TargetState.Degraded;
        return target.Current.Any(c => c.Restarting || LastExit(c) is not null) ? TargetState.Crashed : TargetState.Stopped;
    }

    private string? Detail()
    {
        var said = new List<string>();
        foreach (var container in target.Current)
        {
            var which = target.Current.Count > 1 ? $"{container.Name} " : "";
            if (container.Restarting) said.Add($"{which}crashes again and again: {container.RestartCount} restarts");
            else if (container.Paused) said.Add($"{which}is paused (docker unpause {container.Name})");
            else if (!container.Running) said.Add($"{which}does not run: exit {container.ExitCode}{(container.Error is { } error ? $", {error}" : "")}");
            else if (container.Health == "unhealthy") said.Add($"{which}is unhealthy: {container.CheckOutput ?? "its check fails"}");
        }
        if (target.Between)
        {
            var busy = records is [{ Succeeded: null }, ..];
            said.Add(busy ? $"{records[0].Kind} of {records[0].To} is under way" : OperationProof.Left(target));
        }
        return said.Count == 0 ? null : failures.Short(string.Join("; ", said));
    }

    private static string? Action(JsonNode e) => e.Text("Action") ?? e.Text("status");

    private static DateTimeOffset? Moment(JsonNode e) => e.NumberOrNull("timeNano") is { } nano ? DateTimeOffset.UnixEpoch.AddTicks(nano / 100) : null;
}
