using System.Globalization;
using System.Text.Json;
using ChatOps.Platforms.Http;

namespace ChatOps.Platforms.Described;

/// <summary>
/// One answer of the platform, read where the description says. What is missing or of another kind is told with its place and where to correct it;
/// every text passes the redactor.
/// </summary>
/// <param name="operation">The word of the description to correct.</param>
/// <param name="outcome">Of a write, whose effect a bad answer does not undo, <see cref="CallOutcome.Unknown"/>.</param>
internal sealed class AnswerReading(HttpPlatformFailures failures, string operation, DescribedCall call, TimeForm times, CallOutcome outcome)
{
    private const int LongestQuote = 60;

    public JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw Wrong("that is no JSON");
        }
    }

    /// <summary>The list that the answer is; the answer alone where no list is described.</summary>
    public IReadOnlyList<JsonElement> Each(JsonElement answer) =>
        call.Each is not { } each ? [answer] : each.Each(answer) ?? throw Wrong($"without a list at {each}");

    public bool Describes(string field) => call.Answer.ContainsKey(field);

    public string? Text(JsonElement from, string field) => First(from, field) is { } found ? failures.Clean(Raw(found, field)) : null;

    public string RequiredText(JsonElement from, string field) => Text(from, field) ?? throw Missing(field);

    public long? Whole(JsonElement from, string field) =>
        First(from, field) is not { } found ? null
        : long.TryParse(Raw(found, field), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw NotA("whole number", found, field);

    public int? Small(JsonElement from, string field) =>
        Whole(from, field) is not { } number ? null : number is >= int.MinValue and <= int.MaxValue ? (int)number : throw NotA("number of that size", First(from, field)!.Value, field);

    /// <summary>Null: the platform does not tell.</summary>
    public bool? Flag(JsonElement from, string field)
    {
        if (First(from, field) is not { } found) return null;
        var text = Raw(found, field);
        if (call.Answer[field].Is is { } yes) return yes.Contains(text);
        return text is "true" or "false" ? text == "true" : throw NotA("true or false; name the words for yes with 'is'", found, field);
    }

    public DateTimeOffset? Time(JsonElement from, string field) =>
        First(from, field) is not { } found ? null : TimeOf(Raw(found, field), times) ?? throw NotA($"time written as {Form}", found, field);

    public DateTimeOffset RequiredTime(JsonElement from, string field) => Time(from, field) ?? throw Missing(field);

    /// <summary>All texts that stand there; null where the platform does not tell.</summary>
    public IReadOnlyList<string>? Texts(JsonElement from, string field)
    {
        if (!call.Answer.TryGetValue(field, out var place)) return null;
        if (place.Where.First(from) is { ValueKind: JsonValueKind.Array } list) return [.. list.EnumerateArray().Select(e => failures.Clean(Raw(e, field)))];
        var found = place.Where.Find(from).Select(e => failures.Clean(Raw(e, field))).ToList();
        return found.Count > 0 ? found : null;
    }

    /// <summary>The bot's word for the platform's.</summary>
    public T Word<T>(string word, IReadOnlyDictionary<string, T> words, string field, string map) =>
        words.TryGetValue(word, out var ours) ? ours
        : throw Wrong($"with '{Short(word)}' at {call.Answer[field].Where} ({field}), a word that '{map}' does not name", $"add it to '{map}' of platform {failures.Name} in chatops.yaml");

    public PlatformException Missing(string field) =>
        Wrong($"without {(call.Answer.TryGetValue(field, out var place) ? place.Where : field)} ({field})");

    public static DateTimeOffset? TimeOf(string text, TimeForm form)
    {
        if (form == TimeForm.Iso)
        {
            return text.Length >= 10 && text[4] == '-'
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;
        }
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return null;
        var milliseconds = form == TimeForm.Unix ? number * 1000 : number;
        return milliseconds is > -62135596800000 and < 253402300800000 ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : null;
    }

    private string Form => times switch { TimeForm.Unix => "seconds since 1970", TimeForm.UnixMilliseconds => "milliseconds since 1970", _ => "ISO-8601" };

    private JsonElement? First(JsonElement from, string field) => call.Answer.TryGetValue(field, out var place) ? place.Where.First(from) : null;

    private string Raw(JsonElement found, string field) => found.ValueKind switch
    {
        JsonValueKind.String => found.GetString()!,
        JsonValueKind.Number => found.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => throw NotA("single value", found, field),
    };

    private PlatformException NotA(string kind, JsonElement found, string field) =>
        Wrong($"with {(found.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? $"a JSON {(found.ValueKind == JsonValueKind.Array ? "list" : "object")}" : $"'{Short(failures.Clean(found.ToString()))}'")} at {call.Answer[field].Where} ({field}), which is no {kind}");

    private PlatformException Wrong(string what, string? instead = null) =>
        new($"{failures.Name} answered '{operation}' {what}; {instead ?? $"correct '{operation}' of platform {failures.Name} in chatops.yaml"}{FailureText.Begun(outcome)}", outcome) { Code = "answer_not_as_described" };

    private static string Short(string text) => FailureText.Cut(FailureText.OneLine(text), LongestQuote);
}
