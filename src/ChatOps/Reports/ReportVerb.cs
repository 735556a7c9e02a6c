using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;

namespace ChatOps.Reports;

/// <summary><c>/incident report [week|month]</c>: the numbers of the last whole week, or of this month until now, for whoever asks.</summary>
public sealed class ReportVerb(CurrentRequest request, ReadFigures figures, Outbox.Outbox outbox, ChatOpsConfig config, TimeProvider time) : IIncidentVerb
{
    public const string Word = "report";

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["numbers", "figures"];

    public (string Arguments, string Does) Usage => ("[week|month]", "the numbers of the last week or of this month");

    public bool NeedsIncident => false;

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var period = call.Arguments.Trim().ToLowerInvariant() switch
        {
            "" or "week" or "weekly" => Periods.LastWeek(now, config.Reports.TimeZone),
            "month" or "monthly" => Periods.ThisMonth(now, config.Reports.TimeZone),
            _ => null,
        };
        var message = period is null
            ? IncidentMessages.WithButton($"There is no report {Mrkdwn.Code(Mrkdwn.Cut(call.Arguments, 40))}: it is the last week's or this month's.",
                IncidentButtonHandler.For("Last week", Word, incident: null, "week", ButtonStyle.Primary), IncidentButtonHandler.For("This month", Word, incident: null, "month"))
            : ReportMessages.Report(await figures.OfAsync(period, now, cancellationToken), withFile: false);
        await request.CommitAsync(tx => outbox.TellAsync(tx, call, message, cancellationToken), cancellationToken);
    }
}
