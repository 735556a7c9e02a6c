namespace ChatOps.Platforms.Kubernetes;

/// <summary>What a person types to do the same.</summary>
internal static class KubectlCommand
{
    public static string For(KubernetesSettings settings, WorkloadName name, PlatformAction action, string? version)
    {
        var kubectl = $"kubectl {(settings.Context is { } context ? $"--context {ShellText.Quoted(context)} " : "")}-n {ShellText.Quoted(settings.Namespace)}";
        return action switch
        {
            PlatformAction.Restart => $"{kubectl} rollout restart {name}",
            // Revisions have numbers there, not versions: the history says which.
            PlatformAction.RollBack => $"{kubectl} rollout history {name} && {kubectl} rollout undo {name}  # --to-revision=N for {ShellText.Quoted(version ?? "another than the one before")}",
            PlatformAction.Deploy or PlatformAction.Recreate => $"{kubectl} set image {name} {name.Container ?? "'*'"}=REPOSITORY:{ShellText.Quoted(version ?? "VERSION")}",
            PlatformAction.Scale => $"{kubectl} scale {name} --replicas=N",
            PlatformAction.MemoryLimit => $"{kubectl} set resources {name} -c {name.Container ?? "'*'"} --limits=memory={ShellText.Quoted(version ?? "AMOUNT")}",
            PlatformAction.Candidate => $"{kubectl} get deployments -l {CandidateDeployment.Track}={CandidateDeployment.Value}  # scale {name} to its pods, then delete the one beside it",
            _ => $"{kubectl} get {name} -o yaml",
        };
    }
}
