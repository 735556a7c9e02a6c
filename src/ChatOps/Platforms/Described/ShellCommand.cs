using ChatOps.Catalog;

namespace ChatOps.Platforms.Described;

/// <summary>A described request as a person sends it from a shell: who sends it, an id that is new each time, and the credential are filled in there.</summary>
internal sealed class ShellCommand(PlatformDefinition definition, DescribedSettings settings)
{
    // Letters alone, so that no encoding changes them.
    private const string Id = "xByHandIdx";
    private const string Actor = "xByHandActorx";

    public string Of(RequestTemplate template, PlatformTarget target, string? version)
    {
        var values = Placeholders.Of(target).With(new PlatformCall(Id, Actor, "by hand"))
            .With("version", version ?? "VERSION").With("percent", 0L).With("replicas", 1L).With("memory_bytes", 0L);
        var who = settings.Username is { } user ? $" -u {ShellText.Quoted(user)}"
            : definition.Token is null ? ""
            : settings.TokenHeader is { } header ? $" -H \"{header}: $TOKEN\"" : " -H \"Authorization: Bearer $TOKEN\"";
        var headers = template.Headers.Select(h => (h.Name, Value: h.Value.Render(values, RequestTemplate.HeaderValue))).Where(h => h.Value is not null).Select(h => $" -H {Filled($"{h.Name}: {h.Value}")}");
        var body = template.Body is null ? "" : $" -H 'Content-Type: application/json' -d {Filled(template.Body.Render(values)?.ToJsonString() ?? "null")}";
        return $"curl -fsS -X {template.Method}{who}{string.Concat(headers)}{body} {Filled(template.Address(definition.Url, definition.Name, values).OriginalString)}";
    }

    private static string Filled(string text) =>
        ShellText.Quoted(text).Replace(Id, "by-hand-'$(date +%s)'", StringComparison.Ordinal).Replace(Actor, "'\"$USER\"'", StringComparison.Ordinal);
}
