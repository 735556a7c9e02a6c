using ChatOps.Telemetry.Files;

namespace ChatOps.Tests.Telemetry;

public sealed class LogTimestampTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-11-21T09:24:10.412Z ERROR x", "2026-11-21T09:24:10.412Z")]
    [InlineData("2026-11-21 09:24:10.412 UTC [12] LOG:  x", "2026-11-21T09:24:10.412Z")]
    [InlineData("2026-11-21 10:24:10,412 INFO x", "2026-11-21T10:24:10.412Z")]
    [InlineData("2026-11-21T10:24:10+01:00 x", "2026-11-21T09:24:10Z")]
    [InlineData("2026-11-21T04:24:10.5-0500 x", "2026-11-21T09:24:10.5Z")]
    [InlineData("[2026-11-21 09:24:10] local.ERROR: x", "2026-11-21T09:24:10Z")]
    [InlineData("2026/11/21 09:24:10 [error] 7#7: x", "2026-11-21T09:24:10Z")]
    [InlineData("10.1.2.3 - - [21/Nov/2026:10:24:10 +0100] \"GET / HTTP/1.1\" 200", "2026-11-21T09:24:10Z")]
    [InlineData("Nov 21 09:24:10 host app[1]: x", "2026-11-21T09:24:10Z")]
    [InlineData("Dec  3 09:24:10 host app[1]: x", "2025-12-03T09:24:10Z")]
    [InlineData("{\"level\":50,\"time\":1795253050412,\"msg\":\"x\"}", "2026-11-21T09:24:10.412Z")]
    [InlineData("{\"@timestamp\": \"2026-11-21T09:24:10.412Z\"}", "2026-11-21T09:24:10.412Z")]
    public void A_time_is_read_as_UTC(string line, string time)
    {
        LogTimestamp.TryParse(line, Now, out var at).ShouldBeTrue();
        at.ShouldBe(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture));
        at.Offset.ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   at Shop.Login.Post() in Login.cs:line 41")]
    [InlineData("2026-13-41T99:99:99Z x")]
    [InlineData("0000-00-00 00:00:00 x")]
    [InlineData("{\"time\":\"now\"}")]
    [InlineData("{\"ts\":99999999999999999999999}")]
    [InlineData("[")]
    public void A_line_without_a_time_has_none(string line) => LogTimestamp.TryParse(line, Now, out _).ShouldBeFalse();
}
