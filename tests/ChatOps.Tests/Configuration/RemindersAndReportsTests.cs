namespace ChatOps.Tests.Configuration;

public sealed class RemindersAndReportsTests : IDisposable
{
    private readonly ConfigFile file = new();

    public void Dispose() => file.Dispose();

    [Fact]
    public void Left_out_they_are_as_the_readme_says()
    {
        var config = file.Read(Without("reminders:", "reports:")).Config.ShouldNotBeNull();
        config.Reminders.UpdateEvery.ShouldBe([TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(4), null]);
        (config.Reminders.NoLeadAfter, config.Reminders.NoStepAfter).ShouldBe((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(20)));
        (config.Reminders.PostMortemAfter, config.Reminders.ArchiveAfter).ShouldBe((TimeSpan.FromDays(2), (TimeSpan?)TimeSpan.FromDays(7)));
        (config.Reports.Channel, config.Reports.Leads, config.Reports.TimeZone.Id).ShouldBe((null, null, "UTC"));
    }

    [Fact]
    public void What_is_written_counts()
    {
        var config = file.Read(Without("reminders:", "reports:") + """

            reminders:
              update_every: { sev1: 15m, sev4: 1d, sev2: off }
              no_step_after: 30m
              archive_after: off
            reports:
              channel: "#leads"
              timezone: Europe/Vienna
              leads: "@leads"
            """).Config.ShouldNotBeNull();
        config.Reminders.UpdateEvery.ShouldBe([TimeSpan.FromMinutes(15), null, TimeSpan.FromHours(4), TimeSpan.FromDays(1)]);
        config.Reminders.NoStepAfter.ShouldBe(TimeSpan.FromMinutes(30));
        config.Reminders.ArchiveAfter.ShouldBeNull();
        (config.Reports.Channel, config.Reports.Leads, config.Reports.TimeZone.Id).ShouldBe(("leads", "leads", "Europe/Vienna"));
    }

    [Theory]
    [InlineData("reports:\n  timezone: Europe/Wien", "'timezone' is no time zone")]
    [InlineData("reports:\n  channel: Leads!", "'channel' is no channel name")]
    [InlineData("reports:\n  chanel: leads", "unknown key 'chanel'")]
    [InlineData("reminders:\n  update_every: { sev5: 1h }", "unknown key 'sev5'")]
    [InlineData("reminders:\n  update_every: { sev1: soon }", "'sev1' is neither a duration nor 'off'")]
    [InlineData("reminders:\n  no_lead_after: 1s", "'no_lead_after' is '1s'")]
    public void A_mistake_is_told_with_its_line(string text, string mistake) =>
        file.Mistake(file.Read(Without("reminders:", "reports:") + "\n" + text)).ShouldContain(mistake);

    /// <summary>The example without those sections.</summary>
    private static string Without(params string[] sections)
    {
        var kept = new List<string>();
        var inside = false;
        foreach (var line in ConfigFile.Example.Split('\n'))
        {
            if (line.Length > 0 && !char.IsWhiteSpace(line[0])) inside = sections.Any(s => line.StartsWith(s, StringComparison.Ordinal));
            if (!inside) kept.Add(line);
        }
        return string.Join('\n', kept);
    }
}
