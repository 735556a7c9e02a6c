using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatOps.Slack;

/// <summary>
/// Reads an object by its <c>type</c>, wherever that stands in it. What is unknown, or is not shaped as expected, is kept raw
/// instead of failing the whole payload: Slack adds block types without asking. Used rather than <see cref="JsonPolymorphicAttribute"/>
/// because that needs an instantiable base, drops the unknown, and writes no <c>type</c> where a property has the concrete type.
/// </summary>
internal abstract class TypedConverter<TBase> : JsonConverter<TBase>
    where TBase : class
{
    private readonly FrozenDictionary<string, Type> types;

    protected TypedConverter(params (string Name, Type Type)[] types) =>
        this.types = types.ToFrozenDictionary(t => t.Name, t => t.Type, StringComparer.Ordinal);

    /// <summary>Stands for an object of a type that is not known here.</summary>
    protected abstract TBase Unknown(string type, JsonElement raw);

    /// <summary>The JSON that <see cref="Unknown"/> kept, to be written back as it came.</summary>
    protected abstract JsonElement? RawOf(TBase value);

    public override TBase? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var start = reader;
        var type = TypeOf(reader);
        if (type is not null && types.TryGetValue(type, out var concrete))
        {
            try
            {
                return (TBase?)JsonSerializer.Deserialize(ref reader, concrete, options);
            }
            catch (JsonException)
            {
                reader = start;
            }
        }
        return Unknown(type ?? "", JsonElement.ParseValue(ref reader));
    }

    public override void Write(Utf8JsonWriter writer, TBase value, JsonSerializerOptions options)
    {
        if (RawOf(value) is { ValueKind: not JsonValueKind.Undefined } raw)
            raw.WriteTo(writer);
        else
            JsonSerializer.Serialize(writer, value, value.GetType(), options);
    }

    private static string? TypeOf(Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType && reader.TokenType == JsonTokenType.String)
                return reader.GetString();
            reader.Skip();
        }
        return null;
    }
}
