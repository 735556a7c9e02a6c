using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;
using static ChatOps.Tests.Incidents.Colleagues;

namespace ChatOps.Tests.Incidents;

/// <summary>Reading the record, and finding what one can do.</summary>
[Collection(nameof(Colleagues))]
public sealed class TimelineAndMenuTests(Bot bot) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bot.SettleAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_long_timeline_is_paged_without_a_gap_or_a_repetition_and_shows_both_times_where_they_differ()
    {
        var incident = await bot.DeclareAsync("A long record");
        await bot.ValueAsync<int>(
            """
            INSERT INTO timeline (incident, kind, at, recorded_at, actor, text)
            SELECT @Number, 'note', timestamptz '2026-01-01 00:00:00Z' + (n / 3) * interval '1 second', now(), 'U0BEN00001', 'entry ' || lpad(n::text, 3, '0') FROM generate_series(1, 55) AS n RETURNING 1
            """, incident);
        await bot.CommandAsync("ana", incident.Channel, "timeline --by @ben --kind note");
        var page = await bot.ToldAsync(incident.Channel, "ana", "entry 055");
        page.Shown.ShouldContain("(written down <!date^");
        var seen = Entries(page.Shown);
        seen.ShouldBe(Enumerable.Range(36, 20));
        await bot.PressAsync("ana", page.Buttons.First(b => b.Label == "Older"));
        page = await bot.ToldAsync(incident.Channel, "ana", "entry 016");
        Entries(page.Shown).ShouldBe(Enumerable.Range(16, 20));
        await bot.PressAsync("ana", page.Buttons.First(b => b.Label == "Older"));
        page = await bot.ToldAsync(incident.Channel, "ana", "entry 001");
        Entries(page.Shown).ShouldBe(Enumerable.Range(1, 15));
        page.Buttons.ShouldNotContain(b => b.Label == "Older");
        await bot.PressAsync("ana", page.Buttons.First(b => b.Label == "Newer"));
        var last = page.Ts;
        page = await bot.SeeAsync(incident.Channel, "the page after it", m => m.VisibleTo == Ana && string.CompareOrdinal(m.Ts, last) > 0 && m.Shown.Contains("entry 016", StringComparison.Ordinal));
        Entries(page.Shown).ShouldBe(Enumerable.Range(16, 20));
        await bot.CommandAsync("ana", incident.Channel, "timeline \"ENTRY 017\"");
        var found = await bot.SeeAsync(incident.Channel, "what was looked for", m => m.VisibleTo == Ana && m.Shown.Contains("with `ENTRY 017`", StringComparison.Ordinal));
        Entries(found.Shown.Replace("ENTRY 017", "", StringComparison.Ordinal)).ShouldBe([17]);
        await bot.CommandAsync("ana", incident.Channel, "timeline --kind nonsense");
        await bot.ToldAsync(incident.Channel, "ana", "Kinds are `note`");
    }

    [Theory]
    [InlineData("escalate", "1")]
    [InlineData("deescalate", "3")]
    [InlineData("sev 4", "4")]
    public async Task The_severity_goes_a_step_or_to_a_number(string typed, string severity)
    {
        var incident = await bot.DeclareAsync($"Severity by {typed}");
        await bot.CommandAsync("ana", incident.Channel, typed);
        await bot.UntilColumnAsync(incident, "severity", severity);
        await bot.SeeAsync(incident.Channel, "the word of it", m => m.Text.Contains($"<@{Ana}>, the severity is SEV{severity} now", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_menu_fits_where_it_is_asked_for()
    {
        var incident = await bot.DeclareAsync("A menu that fits");
        await bot.CommandAsync("ben", incident.Channel, "");
        var here = await bot.ToldAsync(incident.Channel, "ben", "A menu that fits");
        here.Button("incident.verb:assess").ShouldNotBeNull();
        await bot.CommandAsync("ben", incident.Channel, "resolve");
        await bot.UntilColumnAsync(incident, "status", "resolved");
        await bot.CommandAsync("ben", incident.Channel, "");
        var over = await bot.ToldAsync(incident.Channel, "ben", "It is over");
        over.Button("incident.verb:reopen").ShouldNotBeNull();
        over.Button("incident.verb:assess").ShouldBeNull();
        await bot.CommandAsync("ben", "deploys", "");
        var elsewhere = await bot.ToldAsync("deploys", "ben", " open*");
        elsewhere.Button("incident.verb:start").ShouldNotBeNull();
        elsewhere.Shown.ShouldNotContain("A menu that fits");
    }

    [Fact]
    public async Task Elsewhere_more_than_ten_open_incidents_are_offered_by_lines_and_a_menu()
    {
        var first = await bot.DeclareAsync("The oldest of many", "mailer");
        for (var i = 0; i < 11; i++) await bot.CommandAsync("ana", "general", $"start \"One of many {i}\" --service mailer --sev 4 --new");
        await bot.IdleAsync();
        await bot.CommandAsync("carla", "deploys", "note it is Friday");
        var which = await bot.ToldAsync("deploys", "carla", "Several incidents are open");
        which.Buttons.Count.ShouldBe(10);
        await bot.ChooseAsync("carla", which, "incident.verb:which", $"note|{first.Number}|it is Friday");
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT incident FROM timeline WHERE text = 'it is Friday'") == first.Number, "the note stands in the one that was chosen");
        await bot.CommandAsync("carla", "deploys", "note " + new string('x', 3_000));
        await bot.ToldAsync("deploys", "carla", "Your text is too long for a button");
        await bot.NothingWasRefusedAsync("#incidents");
    }

    private static IEnumerable<int> Entries(string shown) =>
        System.Text.RegularExpressions.Regex.Matches(shown, "entry ([0-9]{3})", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Select(m => int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
}
