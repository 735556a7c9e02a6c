using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatOps.Slack;

/// <summary>How Slack's JSON is read and written: the one place for its options.</summary>
public static class SlackJson
{
    /// <summary>
    /// Snake case, nothing written for what is null, numbers accepted as text, <c>type</c> anywhere in an object.
    /// Nothing here ends up inside HTML, so <c>&lt;</c>, <c>&gt;</c> and letters of every alphabet stay readable.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.AllowReadingFromString,
            AllowOutOfOrderMetadataProperties = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
