using System.Text;

namespace ChatOps.Slack.Dispatch;

/// <summary>Walks over a form-encoded body without decoding what nobody asks for.</summary>
internal ref struct FormFields(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> rest = body;

    /// <summary>The name of the current field, as it stands in the body; Slack's names need no decoding.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value of the current field, still encoded.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    public bool MoveNext()
    {
        if (rest.IsEmpty)
            return false;
        var end = rest.IndexOf((byte)'&');
        var field = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        var equals = field.IndexOf((byte)'=');
        Name = equals < 0 ? field : field[..equals];
        Value = equals < 0 ? default : field[(equals + 1)..];
        return true;
    }

    /// <summary>The current value as text; what is no valid UTF-8 becomes the replacement character.</summary>
    public readonly string Text()
    {
        if (Value.IndexOfAny((byte)'%', (byte)'+') < 0)
            return Encoding.UTF8.GetString(Value);
        var buffer = Value.Length <= 512 ? stackalloc byte[512] : new byte[Value.Length];
        return TryDecode(Value, buffer, out var written) ? Encoding.UTF8.GetString(buffer[..written]) : Encoding.UTF8.GetString(Value);
    }

    /// <summary>Decodes <c>+</c> and <c>%XX</c>; false where a percent sign is not followed by two digits. The result is never longer than the value.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> value, scoped Span<byte> decoded, out int written)
    {
        written = 0;
        while (!value.IsEmpty)
        {
            var plain = value.IndexOfAny((byte)'%', (byte)'+');
            if (plain < 0)
                plain = value.Length;
            value[..plain].CopyTo(decoded[written..]);
            written += plain;
            value = value[plain..];
            if (value.IsEmpty)
                break;
            if (value[0] == '+')
            {
                decoded[written++] = (byte)' ';
                value = value[1..];
                continue;
            }
            if (value.Length < 3 || !TryHex(value[1], value[2], out var octet))
                return false;
            decoded[written++] = octet;
            value = value[3..];
        }
        return true;
    }

    private static bool TryHex(byte high, byte low, out byte octet)
    {
        var value = (HexDigit(high) << 4) | HexDigit(low);
        octet = (byte)value;
        return value >= 0;
    }

    private static int HexDigit(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => character - '0',
        >= (byte)'a' and <= (byte)'f' => character - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => character - 'A' + 10,
        _ => -1,
    };
}
