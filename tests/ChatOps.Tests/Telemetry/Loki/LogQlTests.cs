using ChatOps.Catalog;
using ChatOps.Telemetry.Loki;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Telemetry.Loki;

public sealed class LogQlTests
{
    private static readonly Target Shop = new("shop", "production");

    [Fact]
    public void Labels_are_filled_and_the_pipeline_follows_them()
    {
        Of(new() { ["app"] = "{service}", ["env"] = "eu-{environment}" }, "|= \"x\" | json").ShouldBe("{app=\"shop\",env=\"eu-production\"} |= \"x\" | json");
        Of(new() { ["app"] = "{service}" }, null, new("{environment}", "x")).ShouldBe("{app=\"{environment}\"}");
    }

    [Fact]
    public void A_value_cannot_leave_its_quotes() =>
        Of(new() { ["app"] = "{service}" }, null, new("a\"} or {b=~\".+\\", "x")).ShouldBe("""{app="a\"} or {b=~\".+\\"}""");

    [Fact]
    public void Any_value_is_read_back_as_it_was() =>
        Prop.ForAll<NonNull<string>, NonNull<string>>((value, service) =>
        {
            var (matchers, pipeline) = LogQlSelector.Parse(Of(new() { ["a"] = value.Get, ["b"] = "{service}" }, "| json", new(service.Get, "production")));
            return matchers.SequenceEqual([("a", value.Get.Replace("{service}", service.Get, StringComparison.Ordinal).Replace("{environment}", "production", StringComparison.Ordinal)), ("b", service.Get)]) && pipeline == "| json";
        }).QuickCheckThrowOnFailure();

    private static string Of(Dictionary<string, string> labels, string? pipeline, Target? target = null) =>
        LogQl.Of(target ?? Shop, new() { Source = "main", Labels = labels, Query = pipeline });
}
