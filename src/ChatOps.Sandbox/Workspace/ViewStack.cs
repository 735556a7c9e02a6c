namespace ChatOps.Sandbox.Workspace;

/// <summary>The modals on everybody's screens and the published Home tabs.</summary>
internal sealed class ViewStack
{
    public const int MaximumDepth = 3;
    private readonly List<SlackView> modals = [];
    private readonly Dictionary<string, SlackView> homes = new(StringComparer.Ordinal);

    /// <summary>A person's open modals, the topmost last.</summary>
    public IReadOnlyList<SlackView> Of(string userId) => [.. modals.Where(v => v.UserId == userId)];

    public SlackView? Home(string userId) => homes.GetValueOrDefault(userId);

    public SlackView? Find(string? id) => modals.Find(v => v.Id == id) ?? homes.Values.FirstOrDefault(v => v.Id == id);

    public SlackView? FindExternal(string? externalId) =>
        externalId is null ? null : modals.Find(v => v.ExternalId == externalId) ?? homes.Values.FirstOrDefault(v => v.ExternalId == externalId);

    public int Depth(string rootId) => modals.Count(v => v.RootId == rootId);

    public void Open(SlackView view) => modals.Add(view);

    public void Publish(SlackView view) => homes[view.UserId] = view;

    public void Close(SlackView view) => modals.Remove(view);

    /// <summary>Closes a whole stack of modals.</summary>
    public void CloseAll(string rootId) => modals.RemoveAll(v => v.RootId == rootId);

    public SlackView? Top(string rootId) => modals.FindLast(v => v.RootId == rootId);
}
