using ChatOps.Alerts;
using ChatOps.Configuration;
using ChatOps.Tests.Support;
using Dapper;

namespace ChatOps.Tests.Alerts;

/// <summary>Two instances take what a source tells, and one may be killed with some of it: the news of an alert comes in any order.</summary>
public sealed class AlertOrderTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTimeOffset First = new(2026, 11, 25, 3, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Second = First.AddMinutes(5);

    private static readonly (bool Firing, DateTimeOffset StartsAt)[] Story = [(true, First), (false, First), (true, Second), (false, Second)];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public async Task However_the_news_of_an_alert_is_ordered_and_repeated_the_last_beginning_and_its_end_count(int told, bool fires)
    {
        var number = 0;
        foreach (var order in Orders(Story[..told]))
        {
            var fingerprint = $"{told}-{++number}";
            foreach (var (firing, startsAt) in order.SelectMany(o => Enumerable.Repeat(o, 2))) await TellAsync(fingerprint, firing, startsAt);
            (await StateAsync(fingerprint)).ShouldBe((fires, told > 2 ? Second : First), string.Join(", ", order));
        }
    }

    [Fact]
    public async Task An_alert_that_begins_anew_while_it_fires_stays_where_it_was_put_and_asks_nothing_again()
    {
        await TellAsync("anew", firing: true, First);
        await using var connection = await database.Source.OpenConnectionAsync(Cancelled);
        await connection.ExecuteAsync("UPDATE alerts SET pending = false, suggestion = 7 WHERE fingerprint = 'anew'");
        await TellAsync("anew", firing: true, Second);
        (await connection.QuerySingleAsync<(bool, long?)>("SELECT pending, suggestion FROM alerts WHERE fingerprint = 'anew'")).ShouldBe((false, 7L));
        await TellAsync("anew", firing: false, Second);
        (await connection.QuerySingleAsync<(bool, long?)>("SELECT pending, suggestion FROM alerts WHERE fingerprint = 'anew'")).ShouldBe((true, 7L), "its end is told where it was put");
    }

    private static IEnumerable<T[]> Orders<T>(T[] all) => all.Length < 2 ? [all] : all.SelectMany((first, i) => Orders<T>([.. all[..i], .. all[(i + 1)..]]).Select(rest => (T[])[first, .. rest]));

    private async Task TellAsync(string fingerprint, bool firing, DateTimeOffset startsAt)
    {
        var alert = new ReceivedAlert
        {
            Fingerprint = fingerprint, Name = "ErrorsHigh", Title = "ErrorsHigh", Summary = "", Service = "mailer", Place = "mailer", Labels = new Dictionary<string, string>(), Level = AlertLevel.Warning,
            Rule = "warning suggests", Action = AlertAction.Suggest, Severity = 3, Page = false, Firing = firing, StartsAt = startsAt,
        };
        await database.Transactions().RunAsync(requestId: 1, tx => AlertStore.SaveAsync(tx, "alertmanager", [alert], Cancelled), Cancelled);
    }

    private async Task<(bool Firing, DateTimeOffset StartsAt)> StateAsync(string fingerprint)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancelled);
        return await connection.QuerySingleAsync<(bool, DateTimeOffset)>("SELECT firing, starts_at FROM alerts WHERE fingerprint = @fingerprint", new { fingerprint });
    }
}
