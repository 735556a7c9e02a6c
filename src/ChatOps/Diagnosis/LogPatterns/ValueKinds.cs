using System.Buffers;

namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>Names the kind of a value for the person who reads the template. Grouping does not depend on it.</summary>
internal static class ValueKinds
{
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly SearchValues<char> Number = SearchValues.Create("0123456789.,%");
    private static readonly SearchValues<char> Address = SearchValues.Create("0123456789.:/");
    private static readonly SearchValues<char> Decimal = SearchValues.Create("0123456789.");

    public static string Placeholder(ReadOnlySpan<char> value)
    {
        value = value.Trim(".,:;");
        if (value.IsEmpty || value.Length > 64) return "<*>";
        if (value.IndexOfAny(" \t(") is var gap and > 0)
        {
            if (IsNumber(value[..gap]) && Words.IsUnit(value[(gap + 1)..])) return OfUnit(value[(gap + 1)..]);
            return IsTime(value) ? "<time>" : Several(value);
        }

        if (value.Contains("://", StringComparison.Ordinal) || value.StartsWith("//")) return "<url>";
        if (value[0] == '/' && (value.Length == 1 || !char.IsAsciiDigit(value[1]))) return "<path>";
        if (Guid.TryParse(value, out _) && value.Length >= 32) return "<uuid>";
        if (IsNumber(value)) return "<num>";
        if (IsAddress(value)) return "<ip>";
        if (IsTime(value)) return "<time>";
        if (value.StartsWith("0x", StringComparison.OrdinalIgnoreCase) || (value.Length >= 8 && value.IndexOfAnyExcept(Hex) < 0)) return "<hex>";
        if (UnitAt(value) is var unit and > 0) return OfUnit(value[unit..]);
        if (value.IndexOf('@') > 0) return "<email>";
        return value.Contains('.') && Words.IsValue(value.ToString().Replace("0", "", StringComparison.Ordinal), CharKinds.Lower | CharKinds.Dot) ? "<host>" : "<*>";
    }

    /// <summary>Two or three plain values in a row keep their kinds; anything more tangled is just a value.</summary>
    private static string Several(ReadOnlySpan<char> values)
    {
        if (values.Count(' ') is 0 or > 2 || values.IndexOfAny('\t', '(') >= 0) return "<*>";
        var text = string.Empty;
        foreach (var part in values.Split(' '))
        {
            var kind = Placeholder(values[part]);
            if (kind == "<*>") return kind;
            text = text.Length == 0 ? kind : $"{text} {kind}";
        }

        return text;
    }

    private static bool IsNumber(ReadOnlySpan<char> v) => v.TrimStart("-+").IndexOfAnyExcept(Number) < 0 && v.Count('.') <= 1;

    private static bool IsAddress(ReadOnlySpan<char> v)
    {
        v = v.TrimStart('/');
        return v.Count('.') == 3 && v.IndexOfAnyExcept(Address) < 0;
    }

    private static bool IsTime(ReadOnlySpan<char> v) => v.Count(':') >= 2 && v.IndexOfAnyInRange('0', '9') >= 0 && v.IndexOfAny("()[]=") < 0;

    /// <summary>Where the unit of a number begins that has one; 0 or less otherwise.</summary>
    private static int UnitAt(ReadOnlySpan<char> v)
    {
        var digits = v.IndexOfAnyExcept(Decimal);
        return digits > 0 && Words.IsUnit(v[digits..]) ? digits : 0;
    }

    private static string OfUnit(ReadOnlySpan<char> unit) => unit[^1] == 'B' ? "<size>" : unit is "AM" or "PM" ? "<time>" : "<duration>";
}
