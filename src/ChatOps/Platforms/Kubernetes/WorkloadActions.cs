using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>What of a namespace decides what can be done to each of its workloads.</summary>
/// <param name="Scalers">Null: they may not be read, so that whether a count of replicas would stand is not known.</param>
internal sealed record NamespaceFacts(IReadOnlyList<JsonNode>? Scalers, bool MakesCandidates);

/// <summary>What can be done to a workload as it stands now.</summary>
internal sealed class WorkloadActions(WorkloadReads reads, NamespaceFacts facts)
{
    public async Task<IReadOnlySet<PlatformAction>> OfAsync(string service, Patience patience)
    {
        var actions = new HashSet<PlatformAction>();
        try
        {
            var workload = await reads.ReadAsync(new(new(service, ""), service), patience);
            if (workload.OnDelete) return actions;
            actions.Add(PlatformAction.Restart);
            var scales = facts.Scalers is { } scalers && WorkloadReads.ScalerOf(workload, scalers) is null;
            if (scales && workload.Name.Kind != WorkloadKind.DaemonSet) actions.Add(PlatformAction.Scale);
            if (workload.Container(workload.Template) is null) return actions;
            actions.Add(PlatformAction.RollBack);
            actions.Add(workload.Recreates ? PlatformAction.Recreate : PlatformAction.Deploy);
            actions.Add(PlatformAction.MemoryLimit);
            if (scales && facts.MakesCandidates && CandidateChanges.Unfit(workload) is null) actions.Add(PlatformAction.Candidate);
            return actions;
        }
        // One workload that is not there must not take the others' actions away.
        catch (PlatformException e) when (e.Code is "NotFound" or "Forbidden" or "service_unknown")
        {
            return actions;
        }
    }
}
