using System.Globalization;
using System.Text;

namespace ChatOps.Platforms.Described;

/// <summary>What the places of a request are filled with: <c>{service}</c>, <c>{version}</c> … A value may be a number, or none.</summary>
internal sealed class Placeholders
{
    /// <summary>These alone may have no value, so that they must stand alone: then the parameter, the header or the member is left out.</summary>
    public static readonly IReadOnlySet<string> Optional = new HashSet<string>(StringComparer.Ordinal) { "generation", "until", "limit" };

    public static readonly IReadOnlyList<string> OfTarget = ["service", "environment"];
    public static readonly IReadOnlyList<string> OfAction = [.. OfTarget, "operation_id", "actor", "reason", "generation"];

    private readonly Dictionary<string, (string? Text, bool Number)> values = new(StringComparer.Ordinal);

    public static Placeholders Of(PlatformTarget target) =>
        new Placeholders().With("service", target.PlatformName).With("environment", target.Target.Environment);

    public Placeholders With(string name, string value)
    {
        // Half a character would be another one in each place: it becomes the same sign everywhere.
        values[name] = (Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value)), false);
        return this;
    }

    public Placeholders With(string name, long? value)
    {
        values[name] = (value?.ToString(CultureInfo.InvariantCulture), true);
        return this;
    }

    public Placeholders With(string name, DateTimeOffset? at, TimeForm form) =>
        at is null ? With(name, (long?)null)
        : form switch
        {
            TimeForm.Unix => With(name, at.Value.ToUnixTimeSeconds()),
            TimeForm.UnixMilliseconds => With(name, at.Value.ToUnixTimeMilliseconds()),
            _ => With(name, at.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
        };

    public Placeholders With(PlatformCall call) =>
        With("operation_id", call.OperationId).With("actor", call.Actor).With("reason", call.Reason).With("generation", call.IfGeneration);

    /// <summary>Null: it has no value this time.</summary>
    public string? Text(string name) => values[name].Text;

    public bool IsNumber(string name) => values[name].Number;
}

/// <summary>How a platform writes a time.</summary>
internal enum TimeForm
{
    /// <summary>ISO-8601; without an offset it is UTC.</summary>
    Iso,

    /// <summary>Seconds since 1970, as a number.</summary>
    Unix,

    UnixMilliseconds,
}
