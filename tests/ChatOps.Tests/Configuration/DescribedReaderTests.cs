using ChatOps.Platforms.Described;
using ChatOps.Tests.Platforms.Described;

namespace ChatOps.Tests.Configuration;

/// <summary>A description that does not fit together is told with its line before anything is asked.</summary>
public sealed class DescribedReaderTests
{
    [Fact]
    public void The_example_of_the_documentation_is_read_as_a_whole()
    {
        var read = DescribedExample.Read(DescribedExample.Text);
        read.Mistakes.ShouldBeEmpty();
        ((DescribedSettings)read.Config!.Catalog.Platforms["depot"].Settings!).Calls.Keys.ShouldBe(DescribedOperations.All.Select(o => o.Word), ignoreOrder: true);
    }

    [Theory]
    [InlineData("GET /apps/{service}/builds", "GET /apps/{servise}/builds", "there is no place {servise} in 'releases' in platform 'depot'; did you mean 'service'?", 2)]
    [InlineData("do: bounce, by: \"{actor}\"", "do: bounce, by: \"{aktor}\"", "there is no place {aktor} in 'restart' in platform 'depot'; did you mean 'actor'?", 1)]
    [InlineData("do: bounce, by: \"{actor}\"", "do: bounce, by: {actor}", "a single value must stand here in 'restart' in platform 'depot'; write a place in quotes: \"{actor}\"", 1)]
    [InlineData("do: bounce, by: \"{actor}\"", "do: bounce, by: \"{actor} at {generation}\"", "{generation} may have no value in 'restart' in platform 'depot'; let it stand alone in 'query', 'headers' or 'body': it is then left out", 1)]
    [InlineData("do: nodes, count: \"{replicas}\"", "do: nodes", "the request does not say {replicas} in 'scale' in platform 'depot'; put it into the path, 'query', 'headers' or 'body'", 1)]
    [InlineData("GET /apps/{service}/history", "GET /history", "the request does not say {service} in 'changes' in platform 'depot'; put it into the path, 'query', 'headers' or 'body'", 1)]
    [InlineData("PUT /apps/{service}/beside/share", "GET /apps/{service}/beside/share", "'request' changes something with GET in 'weight' in platform 'depot'; whoever stands between may repeat a GET: let the platform take a POST", 2)]
    [InlineData("GET /apps/{service}/usage", "DELETE /apps/{service}/usage", "'request' reads with DELETE in 'metrics' in platform 'depot'; a read is repeated when it fails: GET, or POST where a search needs a body", 1)]
    [InlineData("GET /apps/{service}/usage", "GET /apps/../{service}/usage", "'request' is no method with a path in 'metrics' in platform 'depot'", 1)]
    [InlineData("GET /apps/{service}/usage", "GET /apps/{service}/usage?x=1", "'request' is no method with a path in 'metrics' in platform 'depot'", 1)]
    [InlineData("headers: { Idempotency-Key: \"{operation_id}\" }\n      body: { stage: \"{environment}\", do: bounce", "headers: { Authorization: \"{operation_id}\" }\n      body: { stage: \"{environment}\", do: bounce", "'Authorization' cannot be set in 'restart' in platform 'depot'; credentials are 'token' with 'token_header', or 'username' and 'password'; the rest the bot sets itself", 1)]
    [InlineData("state: app.health\n", "state: app..health\n", "'state' is no place in an answer in answer of 'status' in platform 'depot'", 2)]
    [InlineData("recovering: { at: app.health, is: [replaying] }", "recoverin: app.health", "unknown key 'recoverin' in answer of 'status' in platform 'depot'; did you mean 'recovering'?", 1)]
    [InlineData("each: events", "eech: events", "unknown key 'eech' in 'changes' in platform 'depot'; did you mean 'each'?", 2)]
    [InlineData("{ kind: what, at: ms, actor", "{ kind: what, actor", "the answer of 'changes' in platform 'depot' does not say where at is; answer: { at: … }", 1)]
    [InlineData("starting: [booting, replaying]", "starting: [booting, ok]", "'ok' stands twice in 'states' in platform 'depot'; name it once", 1)]
    [InlineData("    drop_candidate:\n", "    drop_kandidate:\n", "'drop_candidate' is missing in platform 'depot'; candidate, weight, promote and drop_candidate belong together", 2)]
    [InlineData("    releases:\n", "    releasez:\n", "'deploy' stands without 'releases' in platform 'depot'; describe where the versions are listed", 2)]
    [InlineData("        version: app.build.tag\n", "", "the answer of 'status' does not say where the version is in platform 'depot'; 'deploy' is checked by it: version: …", 1)]
    [InlineData("state: app.beside.health, percent: app.beside.share, ", "", "the answer of 'status' does not say where the candidate is in platform 'depot'; candidate: { version: …, state: …, percent: … }", 1)]
    [InlineData("query: { key: \"{operation_id}\" }", "query: { key: all }", "'operation' does not say which operation in platform 'depot'", 2)]
    [InlineData("      each: jobs ", "      # each: jobs ", "'keeps_operation_ids' needs to know how the platform says that it has never seen an id in platform 'depot'", 1)]
    [InlineData("      headers: { Idempotency-Key: \"{operation_id}\" }\n      body: { stage: \"{environment}\", do: bounce", "      body: { stage: \"{environment}\", do: bounce", "'restart' does not carry {operation_id} in platform 'depot'", 1)]
    [InlineData("    token: ${DEPOT_KEY}\n", "", "'token_header' stands without 'token' in platform 'depot'", 1)]
    [InlineData("timeout: 5s", "username: bot", "one of 'username' and 'password' is missing in platform 'depot'", 2)]
    [InlineData("    times: unix_ms ", "    times: unixms ", "unknown times 'unixms' in platform 'depot'; did you mean 'unix_ms'?", 1)]
    [InlineData("{ points: \"figures[name=p99].samples\", factor: 1000 }", "{ points: \"figures[name=p99].samples\", factor: -1 }", "'factor' is no number above 0 in figure 'latency_p99' in 'metrics' in platform 'depot'", 1)]
    [InlineData("cpu: { value: cpu_now }", "cpu: { limit: cpu_now }", "'value' is missing in figure 'cpu' in 'metrics' in platform 'depot'; add 'value: usage.memory'", 1)]
    public void What_does_not_fit_is_told(string before, string after, string told, int mistakes)
    {
        var read = DescribedExample.Read(DescribedExample.With(before, after));
        read.Config.ShouldBeNull();
        read.Mistakes.ShouldContain(m => m.ToString().Contains(told, StringComparison.Ordinal), string.Join('\n', read.Mistakes));
        read.Mistakes.Count.ShouldBeLessThanOrEqualTo(mistakes, string.Join('\n', read.Mistakes));
    }

    [Fact]
    public void A_mistake_in_a_place_is_told_at_its_line()
    {
        var text = DescribedExample.With("do: bounce, by: \"{actor}\"", "do: bounce, by: \"{aktor}\"");
        DescribedExample.Read(text).Mistakes.ShouldHaveSingleItem().Line.ShouldBe(ConfigFile.LineOf(text, "{aktor}"));
    }

    [Fact]
    public void What_the_example_file_says_in_comments_can_be_used_as_it_stands()
    {
        var lines = ConfigFile.Example.Split('\n');
        var from = Array.FindIndex(lines, l => l.StartsWith("  # depot:", StringComparison.Ordinal));
        var depot = lines.Skip(from).Take(1).Concat(lines.Skip(from + 1).TakeWhile(l => l.StartsWith("  #   ", StringComparison.Ordinal))).Select(l => "  " + l[4..]);
        var read = DescribedExample.Read($"environments: [production]\nplatforms:\n{string.Join('\n', depot).Replace("DEPOT_TOKEN", "DEPOT_KEY", StringComparison.Ordinal)}\nservices:\n  shop: {{ kind: web, tier: 1, environments: {{ production: {{ platform: depot }} }} }}\n");
        read.Mistakes.ShouldBeEmpty();
        ((DescribedSettings)read.Config!.Catalog.Platforms["depot"].Settings!).Calls.Keys.ShouldBe(["status", "restart"]);
    }
}
