using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.OnCall.PagerDuty;
using ChatOps.Scheduling;
using ChatOps.Timeline;

namespace ChatOps.OnCall;

/// <summary>Calls the next people of every page that is due, and ends the pages that nobody needs any more. Two instances do it at once: each step is taken once.</summary>
internal sealed partial class CallPeople(
    PageStore pages, IncidentStore incidents, WhoIsOnCall whoIsOnCall, ShowPage show, PagerStore pager, TimelineStore timeline, Outbox.Outbox outbox,
    OnCallConfig config, Transactions transactions, TimeProvider time, ILogger<CallPeople> logger) : ISweepTask
{
    /// <summary>So long after PagerDuty did not say who is on call it is asked again.</summary>
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(30);

    public string Name => "pages";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var page in await pages.OpenAsync(time.GetUtcNow(), cancellationToken)) await RunAsync(page, cancellationToken);
    }

    private async Task RunAsync(Page page, CancellationToken cancellationToken)
    {
        var incident = await incidents.FindAsync(page.Incident, cancellationToken) ?? throw new InvalidOperationException($"Incident {page.Incident} of page {page.Id} has no row.");
        var calls = await pages.CallsAsync(page.Id, cancellationToken);
        string[] called = [.. calls.Select(c => c.Person)];
        var acted = page.Step > 0 ? await pages.ActedAsync(page, cancellationToken) : null;
        if (page.OverBecause(incident, called, acted) is { } over)
        {
            await transactions.RunAsync(requestId: null, async tx =>
            {
                if (await PageStore.EndAsync(tx, page, PageState.Stopped, cancellationToken) is { } ended)
                    await show.OverAsync(tx, ended, incident, calls, $"Nobody else is called: {over}", cancellationToken);
            }, cancellationToken);
            return;
        }
        Callable callable;
        try
        {
            callable = await whoIsOnCall.ForAsync(incident, page.Schedule, page.Person, cancellationToken);
        }
        catch (SlackDirectoryException e)
        {
            CannotCall(page.Id, page.Incident, e.Message);
            // It stays due: as soon as Slack tells who people are, they are called.
            await transactions.RunAsync(requestId: null, tx => WaitAsync(tx, page, incident, page.DueAt ?? tx.Now, cancellationToken), cancellationToken);
            return;
        }
        // Who was asked for by name is called even if it is the one who asks.
        var except = called.Concat(page.LeftOut(incident).Where(p => p != page.Person)).ToList();
        await transactions.RunAsync(requestId: null, tx => callable.Next(except) is { } call
            ? CallAsync(tx, page, incident, call, cancellationToken)
            : callable.NoAnswer && called.Length == 0
            ? AskAgainAsync(tx, page, incident, callable.Unknown, cancellationToken)
            : GiveUpAsync(tx, page, incident, called, callable.Unknown, cancellationToken), cancellationToken);
    }

    private async Task CallAsync(Tx tx, Page page, Incident incident, Call call, CancellationToken cancellationToken)
    {
        if (await PageStore.StepAsync(tx, page, tx.Now + config.EscalateAfter, cancellationToken) is not { } now) return;
        await PageStore.CalledAsync(tx, page.Id, call.People, now.Step, cancellationToken);
        await timeline.AppendAsync(tx, new TimelineEntry
        {
            Incident = incident.Number,
            Kind = TimelineKinds.Paged,
            At = tx.Now,
            Actor = page.AskedBy,
            Text = $"Paged {string.Join(", ", call.People.Select(p => $"<@{p}>"))} ({call.Why}): {page.Reason}",
            Part = $"{page.Id} {now.Step}",
        }, cancellationToken);
        if (incident.Private)
        {
            // Who is called into a private incident becomes a member: nobody else may be told what it is about.
            await IncidentMembers.AddAsync(tx, incident.Number, call.People, cancellationToken);
            await outbox.InviteAsync(tx, incident.Destination, [.. call.People], cancellationToken);
        }
        await show.CallAsync(tx, now, incident, call.People, call.Why, cancellationToken);
        await RingAsync(tx, page, incident, cancellationToken);
    }

    /// <summary>Nobody was called yet, and who is on call is not known for want of an answer: told once, asked again until there is one.</summary>
    private async Task AskAgainAsync(Tx tx, Page page, Incident incident, IReadOnlyList<string> unknown, CancellationToken cancellationToken)
    {
        if (!await WaitAsync(tx, page, incident, tx.Now + AgainAfter, cancellationToken)) return;
        CannotCall(page.Id, page.Incident, string.Join(' ', unknown));
        // Only as long as it was never put off.
        if (page.DueAt <= page.AskedAt) await outbox.ShowAsync(tx, $"page {page.Id} waits", incident.Destination, PageMessages.Waits(incident, unknown, AgainAfter), cancellationToken);
    }

    private async Task<bool> WaitAsync(Tx tx, Page page, Incident incident, DateTimeOffset nextDue, CancellationToken cancellationToken)
    {
        if (!await PageStore.PutOffAsync(tx, page, nextDue, cancellationToken)) return false;
        await RingAsync(tx, page, incident, cancellationToken);
        return true;
    }

    /// <summary>Once for each page, whether or not anybody is known in Slack: PagerDuty knows whose phone it is. None rings for practice.</summary>
    private Task RingAsync(Tx tx, Page page, Incident incident, CancellationToken cancellationToken) => incident.Drill
        ? Task.CompletedTask
        : pager.AddAsync(tx, PagerEvent.Of(incident, PagerAction.Trigger, page.Reason), $"trigger {page.Id}", cancellationToken);

    private async Task GiveUpAsync(Tx tx, Page page, Incident incident, string[] called, IReadOnlyList<string> unknown, CancellationToken cancellationToken)
    {
        if (await PageStore.EndAsync(tx, page, PageState.Unanswered, cancellationToken) is not { } ended) return;
        await RingAsync(tx, page, incident, cancellationToken);
        await timeline.AppendAsync(tx, new TimelineEntry
        {
            Incident = incident.Number,
            Kind = TimelineKinds.PageUnanswered,
            At = tx.Now,
            Actor = TimelineEntry.Bot,
            Text = called.Length == 0 ? "There was nobody to page" : $"Nobody answered the page; {called.Length} called",
            Part = $"{page.Id}",
        }, cancellationToken);
        await outbox.ShowAsync(tx, $"page {page.Id} unanswered", incident.Destination, PageMessages.Unanswered(ended, incident, called, unknown), cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Page {Page} of incident {Incident} waits: {Reason}")]
    private partial void CannotCall(long page, int incident, string reason);
}

/// <summary>In SEV1 and SEV2 a question that nobody answers pages, once.</summary>
internal sealed class UnansweredQuestions(Transactions transactions) : ISweepTask
{
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public string Name => "questions";

    public Task SweepAsync(CancellationToken cancellationToken) =>
        transactions.RunAsync(requestId: null, tx => PageStore.AddUnansweredAsync(tx, Patience, cancellationToken), cancellationToken);
}
