using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace;

namespace ChatOps.Tests.Sandbox.Workspace;

public sealed class ManifestTests
{
    private static readonly ManifestSchema Schema = new(JsonNode.Parse(File.ReadAllText(TestSandbox.RepositoryFile("tests/ChatOps.Tests/Sandbox/Workspace/manifest.schema.2.json")))!.AsObject());

    [Fact]
    public void The_manifest_is_what_Slack_s_schema_allows() => Schema.Check(AppManifest.ToJson(TestSandbox.Manifest)).ShouldBeEmpty();

    [Theory]
    [InlineData("  name: ChatOps\n", "", "/display_information: lacks name")]
    [InlineData("    - command: /incident\n", "    - command: incident\n", "/features/slash_commands/0/command: does not match")]
    [InlineData("  socket_mode_enabled: true\n", "  socket_mode_enabled: often\n", "/settings/socket_mode_enabled: is string")]
    [InlineData("  org_deploy_enabled: false\n", "  org_deploys_enabled: false\n", "/settings: does not know org_deploys_enabled")]
    [InlineData("      - app_home_opened\n", "      - app_mention\n", "/settings/event_subscriptions/bot_events: breaks uniqueItems")]
    public void A_mistake_in_the_manifest_is_found(string old, string changed, string problem) =>
        Schema.Check(AppManifest.ToJson(TestSandbox.ManifestWith((old, changed)))).ShouldContain(p => p.Contains(problem));

    [Fact]
    public void Every_scope_is_one_that_Slack_knows()
    {
        // Scopes that open no method: commands and mentions come to the app, chat:write.public widens chat:write.
        var known = MethodCatalog.All.Values.SelectMany(m => m.BotScopes).Concat(["commands", "app_mentions:read", "chat:write.public"]).ToHashSet(StringComparer.Ordinal);
        AppManifest.Parse(TestSandbox.Manifest).Scopes.ShouldAllBe(scope => known.Contains(scope));
    }

    [Fact]
    public void Every_event_has_the_scope_that_it_needs()
    {
        var manifest = AppManifest.Parse(TestSandbox.Manifest);
        var needs = new Dictionary<string, string?>(StringComparer.Ordinal) { ["app_mention"] = "app_mentions:read", ["app_home_opened"] = null };
        manifest.Events.ShouldAllBe(e => needs.ContainsKey(e), "an event that is new here needs its scope stated here");
        manifest.Events.ShouldAllBe(e => needs[e] == null || manifest.Has(needs[e]!));
    }

    [Fact]
    public void A_manifest_that_is_no_yaml_is_told_with_its_line() =>
        Should.Throw<FormatException>(() => AppManifest.Parse("a: 1\nb: [")).Message.ShouldContain("line");
}
