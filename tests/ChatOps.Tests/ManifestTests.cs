using System.Text.Json.Nodes;
using ChatOps.Cli;
using ChatOps.Configuration;
using ChatOps.Sandbox.Workspace;
using ChatOps.Slack.Dispatch;
using ChatOps.Tests.Sandbox.Workspace;
using ChatOps.Tests.Support;
using SlackTransport = ChatOps.Configuration.SlackTransport;

namespace ChatOps.Tests;

/// <summary>The app manifest asks Slack for what the code uses, and for nothing else.</summary>
public sealed class ManifestTests
{
    /// <summary>
    /// Where a method opens with one of several scopes, one for each kind of conversation, these are the kinds for which the code calls it:
    /// public channels and private ones, which it makes, or into which it may be invited; and direct messages, in which it looks for what it posted before it posts again.
    /// </summary>
    private static readonly Dictionary<string, string[]> ByConversation = new(StringComparer.Ordinal)
    {
        ["conversations.create"] = ["channels:manage", "groups:write"],
        ["conversations.invite"] = ["channels:manage", "groups:write"],
        ["conversations.setTopic"] = ["channels:manage", "groups:write"],
        ["conversations.archive"] = ["channels:manage", "groups:write"],
        ["conversations.info"] = ["channels:read", "groups:read"],
        ["conversations.members"] = ["channels:read", "groups:read"],
        ["conversations.list"] = ["channels:read", "groups:read", "im:read"],
        ["conversations.history"] = ["channels:history", "groups:history", "im:history"],
        ["conversations.replies"] = ["channels:history", "groups:history", "im:history"],
    };

    /// <summary>The scopes that Slack wants for an event. Source: its page under https://docs.slack.dev/reference/events.</summary>
    private static readonly Dictionary<string, string[]> ByEvent = new(StringComparer.Ordinal)
    {
        ["message.channels"] = ["channels:history"],
        ["message.groups"] = ["groups:history"],
        ["pin_added"] = ["pins:read"],
        ["reaction_added"] = ["reactions:read"],
        ["member_joined_channel"] = ["channels:read", "groups:read"],
        ["member_left_channel"] = ["channels:read", "groups:read"],
        ["channel_archive"] = ["channels:read"],
        ["channel_deleted"] = ["channels:read"],
        ["channel_left"] = ["channels:read"],
        ["channel_rename"] = ["channels:read"],
        ["channel_unarchive"] = ["channels:read"],
        ["group_archive"] = ["groups:read"],
        ["group_deleted"] = ["groups:read"],
        ["group_left"] = ["groups:read"],
        ["group_rename"] = ["groups:read"],
        ["group_unarchive"] = ["groups:read"],
        ["user_change"] = ["users:read"],
        ["tokens_revoked"] = [],
        ["app_uninstalled"] = [],
        ["app_home_opened"] = [],
    };

    private static readonly AppManifest Manifest = AppManifest.Parse(SlackManifest.Text);

    private static readonly SlackHandlerRegistry Handlers = Registry();

    private static readonly IReadOnlyList<string> Methods = UsedSlackMethods.Of(typeof(BotHost).Assembly.Location);

    [Fact]
    public void It_is_what_Slack_s_schema_allows()
    {
        var schema = new ManifestSchema(JsonNode.Parse(File.ReadAllText(TestSandbox.RepositoryFile("tests/ChatOps.Tests/Sandbox/Workspace/manifest.schema.2.json")))!.AsObject());
        schema.Check(AppManifest.ToJson(SlackManifest.Text)).ShouldBeEmpty();
        schema.Check(AppManifest.ToJson(SlackManifest.For(new SlackConfig(), url: null))).ShouldBeEmpty("what is printed for Socket Mode");
        schema.Check(AppManifest.ToJson(SlackManifest.For(new SlackConfig { Transport = SlackTransport.Http }, "https://bot.shop.example"))).ShouldBeEmpty("what is printed for HTTP");
    }

    [Fact]
    public void The_program_carries_the_file_of_the_repository() =>
        SlackManifest.Text.ShouldBe(File.ReadAllText(TestSandbox.RepositoryFile("manifest/slack-app.yaml")));

    [Fact]
    public void Its_commands_are_those_the_code_answers() => Manifest.Commands.Select(c => c.Command).ShouldBe(Handlers.SlashCommands, ignoreOrder: true);

    [Fact]
    public void Its_events_are_those_the_code_hears() => Manifest.Events.ShouldBe(Handlers.EventTypes.SelectMany(SubscriptionsOf), ignoreOrder: true);

    [Fact]
    public void Every_event_that_the_code_hears_has_its_scopes_stated() => Handlers.EventTypes.SelectMany(SubscriptionsOf).Where(e => !ByEvent.ContainsKey(e)).ShouldBeEmpty();

    [Fact]
    public void Its_shortcuts_are_those_the_code_takes()
    {
        Manifest.Shortcuts.Where(s => s.Type == "message").Select(s => s.CallbackId).ShouldBe(Handlers.MessageShortcuts, ignoreOrder: true);
        Manifest.Shortcuts.Where(s => s.Type == "global").Select(s => s.CallbackId).ShouldBe(Handlers.GlobalShortcuts, ignoreOrder: true);
    }

    [Fact]
    public void Buttons_and_forms_reach_the_bot_as_the_code_has_some() =>
        Manifest.Interactivity.ShouldBe(Handlers.ActionIds.Count + Handlers.ViewSubmissions.Count > 0);

    [Fact]
    public void There_is_a_home_tab_only_where_the_code_fills_it() => Manifest.HomeTab.ShouldBe(Methods.Contains("views.publish"));

    [Fact]
    public void Its_scopes_are_exactly_those_of_what_the_code_calls_and_hears()
    {
        var needed = Methods.SelectMany(ScopesOf).ToHashSet(StringComparer.Ordinal);
        if (Handlers.SlashCommands.Count > 0) needed.Add("commands");
        // Widens chat:write: the incidents channel is public, and the bot posts there without being a member.
        if (Methods.Contains("chat.postMessage")) needed.Add("chat:write.public");
        needed.UnionWith(Handlers.EventTypes.SelectMany(SubscriptionsOf).SelectMany(e => ByEvent.GetValueOrDefault(e) ?? throw new InvalidOperationException($"Say above which scopes the event {e} needs.")));

        Manifest.Scopes.ShouldBe(needed, ignoreOrder: true);
        SlackManifest.BotScopes.ShouldBe(Manifest.Scopes);
    }

    [Fact]
    public void The_methods_are_read_from_the_compiled_code()
    {
        // If the scan saw nothing, an empty manifest would pass.
        Methods.ShouldContain("views.open");
        Methods.ShouldContain("chat.postMessage");
        Methods.ShouldContain("auth.test");
        Methods.ShouldAllBe(m => MethodCatalog.All.ContainsKey(m));
    }

    /// <summary>One event by its name in Slack's payload is subscribed to for each kind of conversation.</summary>
    private static IEnumerable<string> SubscriptionsOf(string eventType) => eventType == "message" ? ["message.channels", "message.groups"] : [eventType];

    private static IReadOnlyList<string> ScopesOf(string method) =>
        ByConversation.TryGetValue(method, out var chosen)
            ? chosen.All(MethodCatalog.All[method].BotScopes.Contains) ? chosen : throw new InvalidOperationException($"{method} opens with none of these scopes.")
            : MethodCatalog.All[method].BotScopes is var scopes && scopes.Count <= 1 ? scopes
            : throw new InvalidOperationException($"{method} opens with one of {string.Join(", ", scopes)}: say above for which conversations the code calls it.");

    private static SlackHandlerRegistry Registry()
    {
        var yaml = Path.Combine(Path.GetTempPath(), $"chatops-manifest-{Guid.NewGuid():N}.yaml");
        File.WriteAllText(yaml, """
            environments: [production]
            platforms:
              p: { type: http, url: "http://127.0.0.1:1" }
            services:
              shop: { kind: web, tier: 1, environments: { production: { platform: p } } }
            runbooks: /nowhere
            """.Replace("/nowhere", TestSandbox.RepositoryFile("runbooks"), StringComparison.Ordinal));
        try
        {
            var tokens = new Dictionary<string, string>(StringComparer.Ordinal) { ["SLACK_BOT_TOKEN"] = "xoxb-1", ["SLACK_APP_TOKEN"] = "xapp-1", ["DATABASE_URL"] = "Host=/nowhere" };
            var config = ConfigReader.Read(yaml, name => tokens.GetValueOrDefault(name)).Config.ShouldNotBeNull();
            using var host = (IDisposable)BotHost.Build(config, TimeProvider.System);
            return ((WebApplication)host).Services.GetRequiredService<SlackHandlerRegistry>();
        }
        finally
        {
            File.Delete(yaml);
        }
    }
}
