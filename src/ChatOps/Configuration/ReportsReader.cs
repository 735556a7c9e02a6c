using ChatOps.Scheduling;

namespace ChatOps.Configuration;

/// <summary>The section <c>reports</c>.</summary>
internal static class ReportsReader
{
    public static ReportsConfig Read(Section? section)
    {
        var config = new ReportsConfig();
        if (section is null) return config;
        var channel = section.Parsed("channel", "", Names.Channel, $"'channel' is no channel name{section.In}", "lower-case letters, digits, '-' and '_', up to 80, such as leads");
        config = config with
        {
            Channel = channel.Length == 0 ? null : channel,
            TimeZone = section.Parsed("timezone", config.TimeZone, LocalTime.Find, $"'timezone' is no time zone{section.In}", "an IANA name, such as Europe/Vienna or UTC"),
            Leads = section.Text("leads")?.TrimStart('@'),
        };
        section.Done();
        return config;
    }
}
