using System.Text.Json;
using ChatOps.Catalog;

namespace ChatOps.Alerts;

/// <summary>A label that an alert must have to be silenced.</summary>
internal sealed record SilenceMatcher(string Name, string Value);

/// <summary>What a silence's card says and what is then sent: the arguments of its action.</summary>
internal sealed record SilencePlan
{
    public required string Source { get; init; }

    /// <summary>Of the alert.</summary>
    public required string Name { get; init; }
    public required IReadOnlyList<SilenceMatcher> Matchers { get; init; }
    public required int Minutes { get; init; }

    /// <summary>How many of its alerts fire as the card is drawn.</summary>
    public required int Firing { get; init; }
    public string? Service { get; init; }
    public required string Environment { get; init; }
    public required string WhoMay { get; init; }
    public long? Suggestion { get; init; }

    /// <summary>Whose rules decide who may: the service itself.</summary>
    public Target Authority => new(Service ?? "", Environment);

    /// <summary>
    /// What the operation holds: the alerts of the service and not the service, so that a silence of which nobody knows never stands in the way of a restart.
    /// </summary>
    public Target Target(string scope) => new($"alerts/{Service ?? scope}", Environment);

    public JsonElement ToArguments() => JsonSerializer.SerializeToElement(this, JsonSerializerOptions.Web);

    public static SilencePlan Of(JsonElement arguments) => arguments.Deserialize<SilencePlan>(JsonSerializerOptions.Web) ?? throw new JsonException("A silence without arguments.");
}
