using ChatOps.Telemetry.Scrape;

namespace ChatOps.Tests.Telemetry;

public sealed class ScrapeMetricSourceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Known_names_become_figures_with_their_limits()
    {
        const string page = """
            # TYPE http_requests_total counter
            http_requests_total{route="/login \"x\", }",code="200"} 40
            http_requests_total{route="/login",code="503"} 2 1795253050412
            process_resident_memory_bytes 9.1226112e+07
            db_pool_connections{state="in_use"} 18
            db_pool_connections{state="max"} 20
            process_open_fds NaN
            broken{ 1
            nonsense
            """;
        var series = ScrapeMetricSource.Read(page, Now).ToDictionary(s => s.Name);
        series["memory"].Points.Single().ShouldBe(new(Now, 91226112));
        (series["connections"].Points.Single().Value, series["connections"].Limit).ShouldBe((18, 20));
        series["requests_total"].Points.Single().Value.ShouldBe(42);
        series["errors_total"].Points.Single().Value.ShouldBe(2);
        series["open_files"].Points.Single().Value.ShouldBe(double.NaN);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("http_requests_total{a=\"\\")]
    public void A_page_of_something_else_has_no_figures(string page) => ScrapeMetricSource.Read(page, Now).ShouldBeEmpty();
}
