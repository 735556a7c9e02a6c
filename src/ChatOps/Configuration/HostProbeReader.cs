using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using ChatOps.Catalog;

namespace ChatOps.Configuration;

/// <summary>The probes that ask a host something else than HTTP.</summary>
internal static partial class HostProbeReader
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static ProbeDefinition Tcp(ProbeDefinition probe, Section one) => probe with { Type = ProbeType.Tcp, Address = Place(one, "tcp", "cache.internal:6379") };

    public static ProbeDefinition Dns(ProbeDefinition probe, Section one)
    {
        foreach (var word in one.Words("expect").Where(w => !IPAddress.TryParse(w.Text, out _)))
            one.Reading.Mistake(word.Line, $"'{word.Text}' is no address{one.In}", "an IPv4 or IPv6 address, or a list of them");
        return probe with
        {
            Type = ProbeType.Dns,
            Address = one.Parsed("dns", "", t => HostName().IsMatch(t) ? t : null, $"'dns' is no host name{one.In}", "a name alone, such as shop.example.com"),
            ExpectAddresses = [.. one.Words("expect").Select(w => w.Text)],
        };
    }

    public static ProbeDefinition Tls(ProbeDefinition probe, Section one) => probe with
    {
        Type = ProbeType.Tls,
        Address = Place(one, "tls", "shop.example.com:443"),
        ServerName = ServerName(one),
        Authorities = AuthorityReader.Read(one, "ca"),
        Limits = new ProbeLimits { Certificate = TimeSpan.FromDays(one.Integer("days", 14, 0, 365)) },
    };

    public static ProbeDefinition Redis(ProbeDefinition probe, Section one)
    {
        var redis = probe with
        {
            Type = ProbeType.Redis,
            Address = Place(one, "redis", "cache.internal:6379"),
            User = one.Text("user"),
            Password = one.Secret("password"),
            Secure = one.Flag("secure", otherwise: false),
            ServerName = ServerName(one),
            Authorities = AuthorityReader.Read(one, "ca"),
            Limits = Limits(one, limits => new()
            {
                Connections = limits.Share("connections", new ProbeLimits().Connections),
                Lag = OrOff(limits, "lag", new ProbeLimits().Lag),
                Memory = limits.Share("memory", new ProbeLimits().Memory),
            }),
        };
        if (redis is { User: not null, Password: null } && !one.Has("password"))
            one.Reading.Mistake(one.LineOf("user"), $"'user' has no password{one.In}", "add 'password: ${NAME}'");
        if (redis is { Secure: false } && (redis.Authorities is not null || redis.ServerName is not null))
            one.Reading.Mistake(one.Line, $"'ca' and 'server_name' are for TLS{one.In}", "add 'secure: true'");
        return redis;
    }

    public static ProbeDefinition Postgres(ProbeDefinition probe, Section one)
    {
        var address = one.Secret("postgres") ?? "";
        if (address.Length > 0 && !PostgresAddress.TryParse(address, out _))
            one.Reading.Mistake(one.LineOf("postgres"), $"'postgres' is no PostgreSQL address{one.In}", "postgres://user:password@host:5432/name, from a variable or a file");
        return probe with
        {
            Type = ProbeType.Postgres,
            Address = address,
            Body = one.Text("query"),
            ExpectText = one.Text("expect_text"),
            Limits = Limits(one, limits => new()
            {
                Connections = limits.Share("connections", new ProbeLimits().Connections),
                Lag = OrOff(limits, "lag", new ProbeLimits().Lag),
                Query = OrOff(limits, "query", new ProbeLimits().Query),
                LockWait = OrOff(limits, "lock_wait", new ProbeLimits().LockWait),
            }),
        };
    }

    private static ProbeLimits Limits(Section one, Func<Section, ProbeLimits> read)
    {
        if (one.Below("limits", $"limits{one.In}") is not { } below) return new();
        var limits = read(below);
        below.Done();
        return limits;
    }

    private static string Place(Section one, string key, string example) => one.Parsed(
        key, "", text => HostAndPort().IsMatch(text) && int.Parse(text[(text.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture) is > 0 and < 65536 ? text : null,
        $"'{key}' is no host and port{one.In}", $"host:port, such as {example}");

    private static string? ServerName(Section one) =>
        one.Has("server_name") ? one.Parsed("server_name", "", t => HostName().IsMatch(t) ? t : null, $"'server_name' is no host name{one.In}", "the name that the certificate is for") : null;

    private static TimeSpan? OrOff(Section section, string key, TimeSpan? otherwise) => section.Parsed(
        key, new Limit(otherwise), text => text == "off" ? new Limit(null) : Durations.TryParse(text, out var time) && time >= Shortest && time <= Longest ? new Limit(time) : null,
        $"'{key}' is neither a duration nor 'off'{section.In}", "a duration from 100 ms to 1 d, such as 30s, or off").Time;

    private sealed record Limit(TimeSpan? Time);

    [GeneratedRegex(@"\A(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}\z")]
    private static partial Regex HostAndPort();

    [GeneratedRegex(@"\A[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252})\z")]
    private static partial Regex HostName();
}
