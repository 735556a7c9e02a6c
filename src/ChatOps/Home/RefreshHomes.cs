using ChatOps.Database;
using ChatOps.Scheduling;

namespace ChatOps.Home;

/// <summary>
/// Keeps the Home tabs that were opened lately true, whatever changed and whoever changed it: what is to be seen is computed, compared, and
/// drawn where it differs. Should two instances cross, the next look finds the difference.
/// </summary>
public sealed class RefreshHomes(DrawHome draw, Transactions transactions) : ISweepTask
{
    public string Name => "refresh homes";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var due = await transactions.RunAsync(requestId: null, tx => DrawHome.ClaimAsync(tx, cancellationToken), cancellationToken);
        foreach (var (person, drawn) in due)
        {
            var view = await draw.ViewAsync(person, cancellationToken);
            await transactions.RunAsync(requestId: null, tx => draw.ChangedAsync(tx, person, view, drawn, cancellationToken), cancellationToken);
        }
    }
}
