using System.Text.Json;

namespace ChatOps.Slack.SocketMode;

/// <summary>One message from Slack over a socket.</summary>
/// <param name="Type"><c>hello</c>, <c>disconnect</c>, <c>slash_commands</c>, <c>interactive</c>, <c>events_api</c>.</param>
/// <param name="Id">What the acknowledgement names.</param>
/// <param name="Payload">A copy of the payload's JSON, which stays with the request.</param>
/// <param name="Reason">Why Slack is about to disconnect.</param>
/// <param name="AcceptsResponse">The acknowledgement may carry an answer.</param>
internal readonly record struct SocketEnvelope(string Type, string? Id, ReadOnlyMemory<byte> Payload, string? Reason, bool AcceptsResponse)
{
    /// <summary>Null where the text is not JSON or has no type.</summary>
    public static SocketEnvelope? Read(ReadOnlySpan<byte> message)
    {
        try
        {
            return Parse(message);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static SocketEnvelope? Parse(ReadOnlySpan<byte> message)
    {
        string? type = null, id = null, reason = null;
        var accepts = false;
        var payload = ReadOnlyMemory<byte>.Empty;
        var reader = new Utf8JsonReader(message);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            var isText = reader.TokenType == JsonTokenType.String;
            switch (name)
            {
                case "type" when isText:
                    type = reader.GetString();
                    break;
                case "envelope_id" when isText:
                    id = reader.GetString();
                    break;
                case "reason" when isText:
                    reason = reader.GetString();
                    break;
                case "accepts_response_payload":
                    accepts = reader.TokenType == JsonTokenType.True;
                    reader.Skip();
                    break;
                case "payload":
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    payload = message[start..(int)reader.BytesConsumed].ToArray();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return type is null ? null : new(type, id, payload, reason, accepts);
    }

    /// <summary>The acknowledgement; <paramref name="payload"/> is JSON or nothing.</summary>
    public static byte[] Acknowledgement(string envelopeId, byte[]? payload)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("envelope_id"u8, envelopeId);
            if (payload is not null)
            {
                writer.WritePropertyName("payload"u8);
                writer.WriteRawValue(payload);
            }
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }
}
