using System.Globalization;

namespace ChatOps.Telemetry.Files;

/// <summary>
/// The time that a log line carries: ISO 8601 (also with '/', a space, a comma, in brackets), the access log's <c>[21/Nov/2026:09:24:10 +0000]</c>,
/// syslog's <c>Nov 21 09:24:10</c>, or a field of a JSON line. A time without a zone is taken as UTC.
/// </summary>
internal static class LogTimestamp
{
    private static readonly System.Buffers.SearchValues<char> NumberCharacters = System.Buffers.SearchValues.Create("0123456789.");
    private static readonly string[] JsonNames = ["\"@timestamp\":", "\"timestamp\":", "\"time\":", "\"ts\":", "\"at\":", "\"@t\":"];

    /// <param name="now">For times without a year.</param>
    public static bool TryParse(ReadOnlySpan<char> line, DateTimeOffset now, out DateTimeOffset at)
    {
        line = line.TrimStart();
        at = default;
        if (line.Length < 10) return false;
        if (line[0] == '{') return Json(line, out at);
        if (line[0] == '[') line = line[1..];
        return char.IsAsciiDigit(line[0])
            ? Iso(line, out at) || AccessLog(line, out at)
            : Syslog(line, now, out at) || AccessLog(line, out at);
    }

    private static bool Iso(ReadOnlySpan<char> s, out DateTimeOffset at)
    {
        at = default;
        if (s.Length < 19 || s[4] is not ('-' or '/') || s[7] != s[4] || s[10] is not ('T' or ' ') || s[13] != ':' || s[16] != ':') return false;
        if (!Digits(s[..4], out var year) || !Digits(s[5..7], out var month) || !Digits(s[8..10], out var day)
            || !Digits(s[11..13], out var hour) || !Digits(s[14..16], out var minute) || !Digits(s[17..19], out var second)) return false;
        var rest = s[19..];
        var ticks = 0L;
        if (rest.Length > 1 && rest[0] is ('.' or ','))
        {
            var n = 1;
            for (var unit = TimeSpan.TicksPerSecond / 10; n < rest.Length && char.IsAsciiDigit(rest[n]); n++, unit /= 10) ticks += (rest[n] - '0') * unit;
            rest = rest[n..];
        }
        return Make(year, month, day, hour, minute, second, Zone(rest), ticks, out at);
    }

    /// <summary>What follows the time: Z, +02:00, +0200, or something else, which means UTC.</summary>
    private static TimeSpan Zone(ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart();
        if (rest.Length < 5 || rest[0] is not ('+' or '-')) return TimeSpan.Zero;
        var minutes = rest[3] == ':' ? (rest.Length > 5 ? rest[4..6] : default) : rest[3..5];
        if (!Digits(rest[1..3], out var h) || minutes.IsEmpty || !Digits(minutes, out var m) || h > 14 || m > 59) return TimeSpan.Zero;
        return new TimeSpan(h, m, 0) * (rest[0] == '-' ? -1 : 1);
    }

    private static bool AccessLog(ReadOnlySpan<char> line, out DateTimeOffset at)
    {
        at = default;
        if (line.Length > 300) line = line[..300];
        var open = line.IndexOf('[');
        // 21/Nov/2026:09:24:10 +0000
        return open >= 0 && line.Length >= open + 27
            && DateTimeOffset.TryParseExact(line.Slice(open + 1, 26), "dd/MMM/yyyy:HH:mm:ss zzz", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out at);
    }

    private static bool Syslog(ReadOnlySpan<char> line, DateTimeOffset now, out DateTimeOffset at)
    {
        at = default;
        if (line.Length < 15 || line[3] != ' ' || line[9] != ':') return false;
        if (!DateTime.TryParseExact(line[..15], ["MMM dd HH:mm:ss", "MMM  d HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)) return false;
        at = new DateTimeOffset(new DateTime(time.Ticks, DateTimeKind.Utc)).AddYears(now.Year - time.Year);
        // Read in January, a line of December is from the year before.
        if (at > now.AddDays(1)) at = at.AddYears(-1);
        return true;
    }

    private static bool Json(ReadOnlySpan<char> line, out DateTimeOffset at)
    {
        at = default;
        foreach (var name in JsonNames)
        {
            var found = line.IndexOf(name, StringComparison.Ordinal);
            if (found < 0) continue;
            var value = line[(found + name.Length)..].TrimStart();
            if (value.Length > 1 && value[0] == '"') return Iso(value[1..], out at);
            var length = value.IndexOfAnyExcept(NumberCharacters);
            if (length > 0 && double.TryParse(value[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                // Seconds until the year 2286 have ten digits; milliseconds since 2001 have thirteen.
                var milliseconds = number < 1e11 ? number * 1000 : number;
                if (milliseconds is > 0 and < 253402300799999) at = DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds);
                return at != default;
            }
        }
        return false;
    }

    private static bool Make(int year, int month, int day, int hour, int minute, int second, TimeSpan zone, long ticks, out DateTimeOffset at)
    {
        at = default;
        // 60 is a leap second.
        if (year is < 1970 or > 9998 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60) return false;
        at = new DateTimeOffset(year, month, day, hour, minute, 0, zone).AddSeconds(second).AddTicks(ticks).ToUniversalTime();
        return true;
    }

    private static bool Digits(ReadOnlySpan<char> s, out int value) => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
