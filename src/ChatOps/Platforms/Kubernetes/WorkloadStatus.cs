using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>How a workload and its pods are, in the bot's words. Pure.</summary>
internal sealed class WorkloadStatus(KubernetesFailures failures, Workload workload, IReadOnlyList<Revision> revisions, IReadOnlyList<JsonNode> pods, IReadOnlyList<JsonNode> warnings)
{
    /// <summary>A container that waits for one of these does not come up by waiting.</summary>
    private static readonly HashSet<string> Bad =
        ["CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "ErrImageNeverPull"];

    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    public TargetStatus Read(DateTimeOffset now)
    {
        var container = workload.Container(workload.Template);
        var statuses = pods.SelectMany(p => p.Items("status", "containerStatuses")).Where(s => container is null || s.Text("name") == container.Text("name")).ToList();
        var waiting = pods.SelectMany(Waits).Select(w => w.Reason).Distinct(StringComparer.Ordinal).ToList();
        var current = revisions.Count > 0 ? revisions[0] : null;
        return new()
        {
            State = State(waiting.Count > 0),
            Version = failures.CleanOrNull(ImageName.Version(container.Text("image"))),
            Digest = ImageName.Digest(statuses.Select(s => s.Text("imageID")).FirstOrDefault(i => i is not null)) ?? ImageName.Digest(container.Text("image")),
            DeployedAt = current is { Again: true } ? workload.Progressed : current?.At,
            DeployedBy = current is null ? null : failures.CleanOrNull(WorkloadHistory.ActorOf(current, revisions.ElementAtOrDefault(1))),
            ReadyReplicas = workload.Ready,
            DesiredReplicas = workload.Desired,
            Restarts = (int)statuses.Sum(s => s.Number("restartCount")),
            LastExit = statuses.Select(LastExit).OfType<LastExit>().MaxBy(e => e.At),
            StartedAt = statuses.Select(s => s.Time("state", "running", "startedAt")).Max(),
            MemoryLimit = (long?)Quantity.Read(container.Text("resources", "limits", "memory")),
            Variables = Variables(container),
            Generation = workload.Generation,
            Detail = failures.CleanOrNull(Detail(waiting, now)),
        };
    }

    private TargetState State(bool bad) => workload switch
    {
        { Desired: 0 } => TargetState.Stopped,
        _ when workload.Ready >= workload.Desired => bad || workload.Stuck ? TargetState.Degraded : TargetState.Running,
        { Ready: 0 } => bad ? TargetState.Crashed : Starts ? TargetState.Starting : TargetState.Degraded,
        _ => bad || !Starts ? TargetState.Degraded : TargetState.Starting,
    };

    private bool Starts => workload.Rolling && !workload.Stuck && !workload.WasComplete;

    private static LastExit? LastExit(JsonNode status)
    {
        var ended = status.At("state", "terminated") ?? status.At("lastState", "terminated");
        if (ended is null || ended.Time("finishedAt") is not { } at) return null;
        var code = (int?)ended.NumberOrNull("exitCode");
        if (code == 0) return null;
        // Kubernetes tells a signal as 128 and its number; OOM kills are such a 137.
        return new(code, code is > 128 and < 160 ? code - 128 : null, ended.Text("reason") == "OOMKilled", at, ended.Text("reason"));
    }

    private static IReadOnlyList<string>? Variables(JsonNode? container) =>
        // What envFrom brings stands in ConfigMaps and Secrets, which the bot has no right to read.
        container is null || container.Items("envFrom").Any() ? null : [.. container.Items("env").Select(e => e.Text("name")).OfType<string>()];

    /// <summary>What a pod waits for in vain: of its containers, and of those that must end before they start.</summary>
    private static IEnumerable<(string Reason, string? Message)> Waits(JsonNode pod) =>
        pod.Items("status", "initContainerStatuses").Concat(pod.Items("status", "containerStatuses")).Select(s => s.At("state", "waiting"))
            .Where(w => w.Text("reason") is { } reason && Bad.Contains(reason)).Select(w => (w.Text("reason")!, w.Text("message")));

    private string Waiting(string reason)
    {
        var those = pods.Where(p => Waits(p).Any(w => w.Reason == reason)).ToList();
        // That it crashes says its log; why there is no image, only this.
        var why = reason == "CrashLoopBackOff" ? null : those.SelectMany(Waits).FirstOrDefault(w => w.Reason == reason && w.Message is not null).Message;
        return $"{those.Count} of {pods.Count} pods wait: {reason}{(why is null ? "" : $" ({why})")}";
    }

    private string? Detail(List<string> waiting, DateTimeOffset now)
    {
        var said = new List<string>();
        if (workload.Paused) said.Add("its rollout is paused");
        if (workload.Stuck) said.Add($"the rollout does not get on: {workload.Condition("Progressing").Text("message") ?? "ProgressDeadlineExceeded"}");
        else if (workload.Rolling && workload.Desired > 0) said.Add($"rolls out: {workload.Updated} of {workload.Desired} updated, {workload.Ready} ready");
        if (workload.Condition("ReplicaFailure") is { } failure && failure.Text("status") == "True") said.Add(failure.Text("message") ?? failure.Text("reason") ?? "pods cannot be made");
        said.AddRange(waiting.Select(Waiting));
        var pending = pods.SelectMany(p => p.Items("status", "conditions")).Where(c => c.Text("type") == "PodScheduled" && c.Text("status") == "False").Select(c => c.Text("message") ?? c.Text("reason"));
        said.AddRange(pending.OfType<string>().Distinct(StringComparer.Ordinal).Take(1).Select(m => $"not scheduled: {m}"));
        said.AddRange(warnings.Where(w => WorkloadReads.AtOf(w) > now - Recent && w.Text("reason") != "BackOff").Select(w => $"{w.Text("reason")}: {w.Text("message")}").Distinct(StringComparer.Ordinal).Take(2));
        return said.Count == 0 ? null : string.Join("; ", said.Select(s => string.Join(' ', s.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
    }
}
