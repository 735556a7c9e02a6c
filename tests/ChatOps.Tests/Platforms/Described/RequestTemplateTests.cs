using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Platforms;
using ChatOps.Platforms.Described;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Platforms.Described;

/// <summary>Whatever names, versions and reasons are, each stays in its place.</summary>
public sealed class RequestTemplateTests
{
    private static readonly Uri Base = new("https://depot.internal/api/");

    [Fact]
    public void A_value_stays_one_segment_of_the_path_one_value_of_the_query_and_one_string_of_the_body() =>
        Prop.ForAll<NonEmptyString, string>((name, version) =>
        {
            var (service, tag) = (name.Get, version ?? "");
            var values = Placeholders.Of(new(new("s", service), service)).With("version", tag).With(new PlatformCall("op-1", tag, service));
            if (service is "." or "..")
            {
                Should.Throw<PlatformException>(() => Template().Render(Base, "depot", values));
                return;
            }
            using var request = Template().Render(Base, "depot", values);
            var sent = request.RequestUri!.OriginalString;
            var path = sent["https://depot.internal".Length..].Split('?')[0].Split('/');
            path.Length.ShouldBe(6);
            path[..3].ShouldBe(["", "api", "apps"]);
            path[4].ShouldBe("x" + path[3]);
            path[5].ShouldBe("jobs");
            Uri.UnescapeDataString(path[3]).ShouldBe(Whole(service));
            // What the handler would put into the request line is what was rendered.
            request.RequestUri.PathAndQuery.ShouldBe(sent["https://depot.internal".Length..]);

            var query = sent.Split('?').ShouldHaveSingleItemAfterFirst().Split('&');
            query.Length.ShouldBe(2);
            Uri.UnescapeDataString(query[1].Split('=').ShouldHaveSingleItemAfterFirst()).ShouldBe("v-" + Whole(tag));

            var body = JsonNode.Parse(request.Content!.ReadAsStream())!.AsObject();
            body.Count.ShouldBe(2);
            ((string)body["build"]!["tag"]!).ShouldBe(Whole(tag));
            ((string)body["why"]![0]!).ShouldBe("because " + Whole(service));

            var header = request.Headers.NonValidated["X-Actor"].ToString();
            header.ShouldAllBe(c => c >= ' ' && c <= '~');
            Uri.UnescapeDataString(header).ShouldBe("by " + Whole(tag));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("", "'' cannot stand in the path of an address as {service}")]
    [InlineData("..", "'..' cannot stand in the path of an address as {service}")]
    public void What_a_path_would_lose_is_refused(string service, string told) =>
        Should.Throw<PlatformException>(() => Template().Address(Base, "depot", Placeholders.Of(new(new("s", "p"), service)))).Message.ShouldEndWith(told);

    [Fact]
    public void What_has_no_value_is_left_out_wherever_it_stands_alone()
    {
        var template = new RequestTemplate(HttpMethod.Post, [ChatOps.Platforms.Described.Template.Parse("x")])
        {
            Query = [("rev", Parse("{generation}")), ("who", Parse("{actor}"))],
            Headers = [("X-Rev", Parse("{generation}"))],
            Body = new BodyMap([("rev", new BodyText(Parse("{generation}"))), ("list", new BodyList([new BodyText(Parse("{generation}"))])), ("fixed", new BodyFixed("null"))]),
        };
        using var without = template.Render(Base, "depot", Placeholders.Of(new(new("s", "p"), "s")).With(new PlatformCall("1", "ana", "")));
        without.RequestUri!.Query.ShouldBe("?who=ana");
        without.Headers.NonValidated.Contains("X-Rev").ShouldBeFalse();
        JsonNode.Parse(without.Content!.ReadAsStream())!.ToJsonString().ShouldBe("""{"list":[],"fixed":null}""");
        using var with = template.Render(Base, "depot", Placeholders.Of(new(new("s", "p"), "s")).With(new PlatformCall("1", "ana", "") { IfGeneration = 7 }));
        with.RequestUri!.Query.ShouldBe("?rev=7&who=ana");
        JsonNode.Parse(with.Content!.ReadAsStream())!.ToJsonString().ShouldBe("""{"rev":7,"list":[7],"fixed":null}""");
    }

    [Theory]
    [InlineData("a.b[0].c", """{"a":{"b":[{"c":1},{"c":2}]}}""", "1")]
    [InlineData("a.b[-1].c", """{"a":{"b":[{"c":1},{"c":2}]}}""", "2")]
    [InlineData("a.b[*].c", """{"a":{"b":[{"c":1},{},{"c":null},{"c":2}]}}""", "1 2")]
    [InlineData("a[name=x y].c", """{"a":[{"name":"z","c":1},{"name":"x y","c":2},3]}""", "2")]
    [InlineData("a[n=1].c", """{"a":[{"n":1,"c":5}]}""", "5")]
    [InlineData("""$["odd.name"]['x']""", """{"odd.name":{"x":1}}""", "1")]
    [InlineData("$[1]", "[3,4]", "4")]
    [InlineData("[5]", "[3,4]", "")]
    [InlineData("a.b", """{"a":[1]}""", "")]
    [InlineData("a[0]", """{"a":{"0":1}}""", "")]
    public void A_place_is_found_or_is_nothing(string place, string answer, string found)
    {
        using var document = System.Text.Json.JsonDocument.Parse(answer);
        string.Join(' ', JsonPlace.Parse(place).ShouldNotBeNull().Find(document.RootElement)).ShouldBe(found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("a.")]
    [InlineData("a[")]
    [InlineData("a[x]")]
    [InlineData("a b")]
    [InlineData("a[?(@.x)]")]
    public void What_is_no_place_is_none(string text) => JsonPlace.Parse(text).ShouldBeNull();

    private static Template Parse(string text) => ChatOps.Platforms.Described.Template.Parse(text);

    private static RequestTemplate Template() => new(HttpMethod.Post, [Parse("apps"), Parse("{service}"), Parse("x{service}"), Parse("jobs")])
    {
        Query = [("stage", Parse("{environment}")), ("v", Parse("v-{version}"))],
        Headers = [("X-Actor", Parse("by {actor}"))],
        Body = new BodyMap([("build", new BodyMap([("tag", new BodyText(Parse("{version}")))])), ("why", new BodyList([new BodyText(Parse("because {service}"))]))]),
    };

    /// <summary>Without half characters, which no encoding knows.</summary>
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}

file static class Split
{
    public static string ShouldHaveSingleItemAfterFirst(this string[] parts)
    {
        parts.Length.ShouldBe(2);
        return parts[1];
    }
}
