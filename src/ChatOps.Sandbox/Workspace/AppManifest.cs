using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace ChatOps.Sandbox.Workspace;

internal sealed record SlashCommandEntry(string Command, string Description, string? UsageHint, string? Url, bool ShouldEscape);

internal sealed record ShortcutEntry(string Name, string Type, string CallbackId, string Description);

/// <summary>What the app's manifest grants and subscribes to. The workspace holds the app to exactly this.</summary>
internal sealed record AppManifest
{
    public required string BotName { get; init; }
    public required IReadOnlyList<SlashCommandEntry> Commands { get; init; }
    public required IReadOnlyList<ShortcutEntry> Shortcuts { get; init; }
    public required IReadOnlyList<string> Scopes { get; init; }
    public required IReadOnlyList<string> Events { get; init; }
    public required bool SocketMode { get; init; }
    public required bool Interactivity { get; init; }
    public required bool HomeTab { get; init; }
    public required bool MessagesTab { get; init; }
    public string? InteractivityUrl { get; init; }
    public string? EventsUrl { get; init; }

    public bool Has(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);

    /// <exception cref="FormatException">The text is no YAML or no manifest; the message says where.</exception>
    public static AppManifest Parse(string yaml)
    {
        var root = ToJson(yaml);
        var features = Object(root["features"]);
        var settings = Object(root["settings"]);
        var home = Object(features["app_home"]);
        var interactivity = Object(settings["interactivity"]);
        var events = Object(settings["event_subscriptions"]);
        return new AppManifest
        {
            BotName = Object(features["bot_user"]).Text("display_name") ?? throw new FormatException("The app manifest has no features.bot_user.display_name."),
            Commands = [.. Objects(features["slash_commands"]).Select(c => new SlashCommandEntry(
                c.Text("command") ?? throw new FormatException("A slash command of the app manifest has no name."),
                c.Text("description") ?? "", c.Text("usage_hint"), c.Text("url"), c.Flag("should_escape")))],
            Shortcuts = [.. Objects(features["shortcuts"]).Select(s => new ShortcutEntry(
                s.Text("name") ?? "", s.Text("type") ?? "", s.Text("callback_id") ?? "", s.Text("description") ?? ""))],
            Scopes = Texts(Object(Object(root["oauth_config"])["scopes"])["bot"]),
            Events = Texts(events["bot_events"]),
            SocketMode = settings.Flag("socket_mode_enabled"),
            Interactivity = interactivity.Flag("is_enabled"),
            HomeTab = home.Flag("home_tab_enabled"),
            MessagesTab = home.Flag("messages_tab_enabled"),
            InteractivityUrl = interactivity.Text("request_url"),
            EventsUrl = events.Text("request_url"),
        };
    }

    /// <summary>The manifest's YAML as JSON, for reading and for checking against Slack's schema.</summary>
    public static JsonObject ToJson(string yaml)
    {
        try
        {
            var graph = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object?>(yaml);
            return Convert(graph) as JsonObject ?? throw new FormatException("The app manifest is not a mapping.");
        }
        catch (YamlException e)
        {
            throw new FormatException($"The app manifest is no YAML: line {e.Start.Line}: {e.Message}", e);
        }
    }

    private static JsonNode? Convert(object? value) => value switch
    {
        null => null,
        IDictionary<object, object?> map => new JsonObject(map.Select(p => KeyValuePair.Create(p.Key.ToString()!, Convert(p.Value)))),
        IEnumerable<object?> list => new JsonArray([.. list.Select(Convert)]),
        bool flag => JsonValue.Create(flag),
        string text => JsonValue.Create(text),
        IConvertible number => JsonValue.Create(System.Convert.ToDecimal(number, System.Globalization.CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(value.ToString()),
    };

    private static JsonObject Object(JsonNode? node) => node as JsonObject ?? [];

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => (node as JsonArray ?? []).OfType<JsonObject>();

    private static List<string> Texts(JsonNode? node) => [.. (node as JsonArray ?? []).Select(t => t.Text()).OfType<string>()];
}
