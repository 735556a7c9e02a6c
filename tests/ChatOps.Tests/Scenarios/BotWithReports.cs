using System.Text.Json;
using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Scenarios;

/// <summary>A bot that reports on Mondays, and whose leads see numbers. Its clock is moved a lot: each class of tests has one of its own.</summary>
public sealed class BotWithReports(TestCluster cluster) : Bot(cluster)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected override string MoreYaml =>
        """
        reports:
          channel: deploys
          timezone: Europe/Vienna
          leads: leads
        """;

    public DateTimeOffset Now => Workspace.Clock.GetUtcNow();

    public Task AdvanceAsync(TimeSpan by) => Control.AdvanceAsync(by, Cancelled);

    public Task OpenHomeAsync(string user) => ActAsync("home_opened", new { user });

    /// <summary>A person's Home tab as it stands, read as a message is.</summary>
    public async Task<(string ViewId, SeenMessage Seen)?> HomeAsync(string user)
    {
        var view = (await GetAsync($"home?user={user}")).GetProperty("view");
        return view.ValueKind == JsonValueKind.Object ? (view.GetProperty("id").GetString()!, SeenMessage.Read(view)) : null;
    }

    /// <summary>The Home tab, once it shows that.</summary>
    public async Task<SeenMessage> SeeHomeAsync(string user, string part)
    {
        SeenMessage? seen = null;
        try
        {
            await Until.TrueAsync(async () => (seen = (await HomeAsync(user))?.Seen) is not null && seen.Shown.Contains(part, StringComparison.Ordinal), $"the Home tab of {user} shows \"{part}\"");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} It shows:\n{seen?.Shown}", e);
        }
        return seen!;
    }

    public async Task PressHomeAsync(string user, SeenButton button) =>
        await ActAsync("click", new { user, view_id = (await HomeAsync(user))!.Value.ViewId, action_id = button.ActionId, block_id = button.BlockId, value = button.Value });

    /// <summary>The reminders that stand in a channel.</summary>
    public async Task<IReadOnlyList<SeenMessage>> RemindersAsync(string channel, string part) =>
        [.. (await Control.MessagesAsync(channel, Cancelled)).Where(m => m.Shown.Contains(part, StringComparison.Ordinal))];
}
