using ChatOps.Deployments;
using ChatOps.Platforms;
using ChatOps.Tests.Diagnosis;

namespace ChatOps.Tests.Deployments;

public sealed class ReadVersionNumbersTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private static readonly PlatformTarget Shop = new(new("shop", "production"), "shop");

    [Fact]
    public async Task A_platform_that_tells_versions_apart_is_believed_first() =>
        (await NumbersAsync(new FakeDeployPlatform(TimeProvider.System), (_, _, _, _) => throw new InvalidOperationException("It is not to be asked.")))!.Requests.ShouldBe(600);

    [Fact]
    public async Task Where_it_cannot_what_was_set_up_beside_it_counts() =>
        (await NumbersAsync(new FakeWorld(), Measured(Total("requests_total", 80.6), Total("errors_total", 4)))).ShouldBe(new CanarySample(81, 4, double.NaN, double.NaN));

    [Fact]
    public async Task Requests_without_a_count_of_errors_are_no_numbers()
    {
        (await NumbersAsync(new FakeWorld(), Measured(Total("requests_total", 80)))).ShouldBeNull();
        (await NumbersAsync(new FakeWorld(), Measured(Total("requests_total", 80), new MetricSeries("errors_total", "count", null, [new(Now, 9), new(Now, 2)])))).ShouldBeNull();
        (await NumbersAsync(new FakeWorld(), Measured(Total("requests_total", double.NaN), Total("errors_total", 0)))).ShouldBeNull();
    }

    [Fact]
    public async Task A_source_that_does_not_answer_has_no_numbers() =>
        (await NumbersAsync(new FakeWorld(), (_, _, _, _) => throw new PlatformException("away", CallOutcome.NotDone))).ShouldBeNull();

    private static Task<CanarySample?> NumbersAsync(IPlatform platform, MeasureVersion beside) =>
        ReadVersionNumbers.OfAsync(platform, Shop with { VersionMetrics = beside }, "v41", Now.AddMinutes(-1), Now, null, CancellationToken.None);

    private static MeasureVersion Measured(params MetricSeries[] series) => (_, _, _, _) => Task.FromResult<IReadOnlyList<MetricSeries>>(series);

    private static MetricSeries Total(string name, double value) => new(name, "count", null, [new(Now.AddMinutes(-1), 0), new(Now, value)]);
}
