namespace ChatOps.Platforms.Pipelines;

/// <summary>What a type of pipeline platform is to people, and whether a run can be looked up for certain.</summary>
/// <param name="Vendor">Its name in sentences.</param>
/// <param name="Keeps">A look sees every run that was taken before it.</param>
internal sealed record PipelineOffer(PlatformOffer Offer, string Vendor, bool Keeps)
{
    /// <param name="releases">How it tells of them.</param>
    /// <param name="ids">Where an operation's id is found again; null: nowhere for certain.</param>
    public static PipelineOffer Of(string type, string vendor, string starts, string releases, string? ids) => new(new(type, $"{vendor} (deploy by pipeline)")
    {
        Actions = new Dictionary<PlatformAction, string>
        {
            [PlatformAction.Deploy] = starts,
            [PlatformAction.RollBack] = "the same, with the earlier version",
            [PlatformAction.Restart] = "where a pipeline for it is named",
        },
        Releases = releases,
        Logs = "of the step in which a run failed, not the service's",
        Usage = null,
        OperationIds = ids,
    }, vendor, ids is not null);
}
