using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace ChatOps.Slack.Dispatch;

/// <summary>
/// Looks at a body just long enough to know its kind and its key. Runs before every acknowledgement: no document is built, and only the fields
/// that are asked for become text. JSON is walked to its end, so that broken JSON is refused before it is stored.
/// </summary>
internal static class SlackRequestReader
{
    private const int LongestKey = 512;

    /// <summary>A body that was posted: a form or an event.</summary>
    public static SlackReading ReadPosted(ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var span = body.Span;
        var start = span.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0)
            return default;
        try
        {
            return span[start] == '{' ? ReadEvent(body, now) : ReadForm(body, now);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a key field holds what is no UTF-8.
            return default;
        }
    }

    /// <summary>The payload of an envelope, by the envelope's type.</summary>
    public static SlackReading ReadEnvelope(string type, ReadOnlyMemory<byte> payload, DateTimeOffset now)
    {
        try
        {
            return type switch
            {
                "slash_commands" => ReadCommand(payload, now),
                "interactive" => ReadInteraction(payload.Span, payload, SlackBodyFormat.Json, now),
                "events_api" => ReadEvent(payload, now),
                _ => new(SlackReadingKind.Unknown),
            };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    private static SlackReading ReadForm(ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        string? trigger = null;
        var isCommand = false;
        var isSslCheck = false;
        var fields = new FormFields(body.Span);
        while (fields.MoveNext())
        {
            if (fields.Name.SequenceEqual("payload"u8))
                return ReadPayload(fields.Value, body, now);
            if (fields.Name.SequenceEqual("trigger_id"u8))
                trigger = fields.Text();
            else if (fields.Name.SequenceEqual("command"u8))
                isCommand = !fields.Value.IsEmpty;
            else if (fields.Name.SequenceEqual("ssl_check"u8))
                isSslCheck = fields.Value.SequenceEqual("1"u8);
        }
        if (isSslCheck)
            return new(SlackReadingKind.SslCheck);
        return isCommand ? Request(SlackRequestKind.SlashCommand, trigger, body, SlackBodyFormat.Form, now) : default;
    }

    private static SlackReading ReadPayload(ReadOnlySpan<byte> value, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(value.Length);
        try
        {
            return FormFields.TryDecode(value, buffer, out var written) ? ReadInteraction(buffer.AsSpan(0, written), body, SlackBodyFormat.Form, now) : default;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static SlackReading ReadCommand(ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        string? trigger = null;
        var reader = Begin(body.Span);
        while (Next(ref reader))
        {
            if (reader.ValueTextEquals("trigger_id"u8))
                trigger = Text(ref reader);
            else
                SkipValue(ref reader);
        }
        return Request(SlackRequestKind.SlashCommand, trigger, body, SlackBodyFormat.Json, now);
    }

    private static SlackReading ReadInteraction(ReadOnlySpan<byte> json, ReadOnlyMemory<byte> body, SlackBodyFormat format, DateTimeOffset now)
    {
        string? type = null, trigger = null, viewId = null, viewHash = null;
        var reader = Begin(json);
        while (Next(ref reader))
        {
            if (reader.ValueTextEquals("type"u8))
                type = Text(ref reader);
            else if (reader.ValueTextEquals("trigger_id"u8))
                trigger = Text(ref reader);
            else if (reader.ValueTextEquals("view"u8))
                ReadView(ref reader, ref viewId, ref viewHash);
            else
                SkipValue(ref reader);
        }
        return type switch
        {
            "block_actions" => Request(SlackRequestKind.BlockActions, trigger, body, format, now),
            "view_submission" => Request(SlackRequestKind.ViewSubmission, viewId, body, format, now),
            "view_closed" => Request(SlackRequestKind.ViewClosed, viewId is null ? null : $"{viewId}:{viewHash}", body, format, now),
            "message_action" => Request(SlackRequestKind.MessageShortcut, trigger, body, format, now),
            "shortcut" => Request(SlackRequestKind.GlobalShortcut, trigger, body, format, now),
            null => default,
            _ => new(SlackReadingKind.Unknown),
        };
    }

    private static SlackReading ReadEvent(ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        string? type = null, eventId = null, challenge = null;
        long limitedMinute = 0;
        var reader = Begin(body.Span);
        while (Next(ref reader))
        {
            if (reader.ValueTextEquals("type"u8))
                type = Text(ref reader);
            else if (reader.ValueTextEquals("event_id"u8))
                eventId = Text(ref reader);
            else if (reader.ValueTextEquals("challenge"u8))
                challenge = Text(ref reader);
            else if (reader.ValueTextEquals("minute_rate_limited"u8) && reader.Read() && reader.TokenType == JsonTokenType.Number)
                _ = reader.TryGetInt64(out limitedMinute);
            else
                SkipValue(ref reader);
        }
        if (type == "url_verification")
            return challenge is null ? default : new(SlackReadingKind.Challenge, Challenge: challenge);
        if (type == "app_rate_limited")
            eventId = string.Create(CultureInfo.InvariantCulture, $"app_rate_limited:{limitedMinute}");
        return Request(SlackRequestKind.Event, eventId, body, SlackBodyFormat.Json, now);
    }

    private static SlackReading Request(SlackRequestKind kind, string? key, ReadOnlyMemory<byte> body, SlackBodyFormat format, DateTimeOffset now) =>
        key is not { Length: > 0 and <= LongestKey } || key.AsSpan().ContainsAnyInRange('\0', ' ')
            ? default
            : new(SlackReadingKind.Request, new SlackRequest { Kind = kind, Key = key, Body = body, Format = format, ReceivedAt = now });

    private static void ReadView(ref Utf8JsonReader reader, ref string? id, ref string? hash)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (Next(ref reader))
        {
            if (reader.ValueTextEquals("id"u8))
                id = Text(ref reader);
            else if (reader.ValueTextEquals("hash"u8))
                hash = Text(ref reader);
            else
                SkipValue(ref reader);
        }
    }

    private static Utf8JsonReader Begin(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("Slack sends objects.");
        return reader;
    }

    /// <summary>Moves to the next name of the object that is being read; at its end, also checks that nothing follows the whole.</summary>
    private static bool Next(ref Utf8JsonReader reader)
    {
        if (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            return true;
        if (reader.CurrentDepth == 0)
            reader.Read();
        return false;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        reader.Skip();
        return null;
    }

    private static void SkipValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.PropertyName)
            reader.Read();
        reader.Skip();
    }
}
