using System.Globalization;
using System.Text;
using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.Scheduling;
using Dapper;

namespace ChatOps.Reports;

/// <summary>
/// Mondays at 9:00 in the configured zone, in the leads' channel. The week's row is what is claimed, in the transaction that writes the message:
/// once, however many instances there are and however often they start. Of reports that were missed while no instance ran, the newest is sent late.
/// </summary>
public sealed class ReportOnMondays(Transactions transactions, ReadFigures figures, Outbox.Outbox outbox, ChatOpsConfig config, TimeProvider time) : ISweepTask
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private long last;

    public string Name => "report on Mondays";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (config.Reports.Channel is not { } channel || (last != 0 && time.GetElapsedTime(last) < Interval)) return;
        last = time.GetTimestamp();
        var zone = config.Reports.TimeZone;
        var now = time.GetUtcNow();
        var monday = Periods.LastMonday(now, zone);
        if (!await transactions.RunAsync(requestId: null, tx => PlanAsync(tx, monday, zone, cancellationToken), cancellationToken)) return;

        // Read before the claim: many rows are looked at, and the claim holds a lock.
        var report = await figures.OfAsync(Periods.WeekBefore(monday, zone), now, cancellationToken);
        await transactions.RunAsync(requestId: null, async tx =>
        {
            var claimed = await tx.Connection.ExecuteAsync(new CommandDefinition(
                "UPDATE weekly_reports SET sent_at = @now WHERE week = @monday::date AND sent_at IS NULL AND due_at <= @now",
                new { monday = Key(monday), now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
            if (claimed > 0) await SendAsync(tx, report, $"report {Key(monday)}", Places.Of(channel), cancellationToken);
        }, cancellationToken);
    }

    /// <summary>The next Monday has its row; the last one has its own where the bot was there before it. True: that one is due.</summary>
    private static async Task<bool> PlanAsync(Tx tx, DateOnly monday, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO weekly_reports (week, due_at) SELECT @monday::date, @due WHERE EXISTS (SELECT 1 FROM weekly_reports WHERE week < @monday::date) ON CONFLICT DO NOTHING;
            INSERT INTO weekly_reports (week, due_at) VALUES (@next::date, @nextDue)
            ON CONFLICT (week) DO UPDATE SET due_at = excluded.due_at WHERE weekly_reports.sent_at IS NULL AND weekly_reports.due_at <> excluded.due_at;
            """,
            new { monday = Key(monday), due = Periods.DueAt(monday, zone), next = Key(monday.AddDays(7)), nextDue = Periods.DueAt(monday.AddDays(7), zone) },
            tx.Transaction, cancellationToken: cancellationToken));
        return await tx.Connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT EXISTS (SELECT 1 FROM weekly_reports WHERE week = @monday::date AND sent_at IS NULL AND due_at <= @now)",
            new { monday = Key(monday), now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
    }

    private async Task SendAsync(Tx tx, Figures report, string key, string destination, CancellationToken cancellationToken)
    {
        var cut = ReportMessages.IsCut(report);
        await outbox.ShowAsync(tx, key, destination, ReportMessages.Report(report, withFile: cut), cancellationToken);
        if (cut) await outbox.UploadAsync(tx, destination, $"{key.Replace(' ', '-')}.md", report.Period.Name, Encoding.UTF8.GetBytes(Timeline.Redactor.ForRecord(ReportMessages.File(report))), cancellationToken, threadOf: key);
    }

    private static string Key(DateOnly week) => week.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
