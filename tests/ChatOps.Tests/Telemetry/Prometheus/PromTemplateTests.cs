using ChatOps.Telemetry.Prometheus;

namespace ChatOps.Tests.Telemetry.Prometheus;

public sealed class PromTemplateTests
{
    private static readonly PromValues Values = new("shop", "production", new Dictionary<string, string> { ["job"] = "{service}", ["env"] = "{environment}" }, null, null, TimeSpan.FromMinutes(2));

    [Fact]
    public void Places_are_filled_by_where_they_stand()
    {
        Render("sum(rate(x{{labels},status=~\"5..\"}[{window}]))").ShouldBe("sum(rate(x{job=\"shop\",env=\"production\",status=~\"5..\"}[120s]))");
        Render("x{app='{service}',env=~\"{environment}|all\"}").ShouldBe("x{app='shop',env=~\"production|all\"}");
        Render("x[{window}]", Values with { Window = TimeSpan.FromMilliseconds(20) }).ShouldBe("x[1s]");
    }

    [Fact]
    public void A_name_cannot_leave_its_quotes()
    {
        var hostile = Values with { Service = "a\"} or vector(1) or x{b=\"\\", Environment = "l1\nl2'" };
        Render("x{a=\"{service}\",b='{environment}'}", hostile).ShouldBe(@"x{a=""a\""} or vector(1) or x{b=\""\\"",b='l1\u000al2\''}");
        Render("x{{labels}}", hostile).ShouldBe(@"x{job=""a\""} or vector(1) or x{b=\""\\"",env=""l1\u000al2'""}");
    }

    [Fact]
    public void A_name_in_a_pattern_matches_nothing_but_itself()
    {
        Render("x{a=~\"{service}.*\"}", Values with { Service = "v4.2+b|.*" }).ShouldBe(@"x{a=~""v4\\.2\\+b\\|\\.\\*.*""}");
        Render("x{v=~\"{version}\"}", Values with { Version = "v1.0" }).ShouldBe(@"x{v=~""v1\\.0""}");
    }

    [Fact]
    public void Without_a_version_any_counts_and_where_one_must_be_there_any_that_is_one()
    {
        Render("x{v=~\"{version}\"}").ShouldBe("x{v=~\".*\"}");
        Render("x{{labels}}").ShouldNotContain("version");
        var labelled = Values with { VersionLabel = "version" };
        Render("x{v=~\"{version}\"}", labelled).ShouldBe("x{v=~\".+\"}");
        Render("x{{labels}}", labelled).ShouldEndWith(",version=~\".+\"}");
        Render("x{{labels}}", labelled with { Version = "v\"1" }).ShouldEndWith(@",version=""v\""1""}");
    }

    [Fact]
    public void What_is_no_place_stays_as_it_is()
    {
        Render("x{route=\"/users/{id}\"}").ShouldBe("x{route=\"/users/{id}\"}");
        Render("x # it's {service} of a comment\n> 1").ShouldBe("x \n> 1");
        Render("x{a=\"\\\"{service}\"}").ShouldBe("x{a=\"\\\"shop\"}");
        Render("x{a=~\"a{2}\"}").ShouldBe("x{a=~\"a{2}\"}");
    }

    [Theory]
    [InlineData("{service}_requests_total", "{service} stands outside of quotes")]
    [InlineData("x{a=`{service}`}", "{service} stands within backticks, which know no escapes")]
    [InlineData("x{a=\"{window}\"}", "{window} stands within quotes")]
    [InlineData("x{a=\"{labels}\"}", "{labels} stands within quotes")]
    [InlineData("x{v=\"{version}\"}", "{version} needs a matcher of patterns (=~), so that it can mean any version")]
    [InlineData("x{{label}}", "there is no {label}")]
    [InlineData("x{a=\"b}", "a quoted value is not closed with \"")]
    [InlineData("  ", "it is empty")]
    public void A_mistake_is_told(string text, string mistake)
    {
        PromTemplate.TryParse(text, out var told).ShouldBeNull();
        told.ShouldBe(mistake);
    }

    [Fact]
    public void The_queries_that_nobody_wrote_are_templates_and_tell_versions()
    {
        foreach (var query in PromDefaults.OverTime.Concat(PromDefaults.OfVersions))
            PromTemplate.TryParse(query.Template, out var mistake).ShouldNotBeNull($"{query.Name}: {mistake}").TellsVersions.ShouldBeTrue(query.Name);
    }

    private static string Render(string text, PromValues? values = null) => PromTemplate.TryParse(text, out var mistake).ShouldNotBeNull(mistake).Render(values ?? Values);
}
