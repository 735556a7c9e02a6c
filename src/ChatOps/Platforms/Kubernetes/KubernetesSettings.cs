using ChatOps.Catalog;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>Whose cluster and what of it.</summary>
/// <param name="Server">Null: where the kubeconfig says, or the API server of the cluster that the bot runs in.</param>
/// <param name="Kubeconfig">A file; null: the service account of the bot's pod, or the platform's token.</param>
/// <param name="Context">Null: the kubeconfig's current one.</param>
/// <param name="AuthorityFile">PEM of who signed the API server's certificate, where no kubeconfig tells.</param>
public sealed record KubernetesSettings(string Namespace, Uri? Server, string? Kubeconfig, string? Context, string? AuthorityFile) : PlatformSettings
{
    public override string? RuleBrokenBy(string platformName) => WorkloadName.Parse(platformName) is null ? WorkloadName.Rule : null;
}
