using System.Globalization;
using System.Text.Json;
using ChatOps.Tests.Telemetry.Prometheus;

namespace ChatOps.Tests.Telemetry.Loki;

internal sealed record LokiEntry(IReadOnlyDictionary<string, string> Stream, long At, string Line);

/// <summary>
/// A Loki from its published API: lines by stream, start inclusive and end exclusive in nanoseconds, at most so many at once, several tenants.
/// Which lines of one instant a full page holds is chance, as it is with the real one.
/// </summary>
internal sealed class StubLoki : IAsyncDisposable
{
    private readonly StubPrometheus http;
    private readonly Random chance = new(7);

    private StubLoki(StubPrometheus http) => this.http = http;

    public Uri Url => http.Url;
    public List<LokiEntry> Entries { get; } = [];
    public string? Token { get; set; }
    public string? Tenant { get; set; }
    public int MostLines { get; set; } = 5_000;
    public string? Warning { get; set; }

    /// <summary>Instead of the answer.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    public IReadOnlyList<string> Calls => [.. http.Calls.Select(c => c.Target)];

    public IReadOnlyList<int> Limits => [.. Calls.Where(c => c.Contains("limit=", StringComparison.Ordinal)).Select(c => int.Parse(c.Split("limit=")[1].Split('&')[0], CultureInfo.InvariantCulture))];

    public static async Task<StubLoki> StartAsync()
    {
        var server = await StubPrometheus.StartAsync();
        var stub = new StubLoki(server);
        server.Answer = stub.AnswerAsync;
        return stub;
    }

    public ValueTask DisposeAsync() => http.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        if (Instead?.Invoke(context) is { } other) return other;
        if (Token is not null && context.Request.Headers.Authorization != $"Bearer {Token}") return SayAsync(context, 401, "");
        if (Tenant is not null && context.Request.Headers["X-Scope-OrgID"] != Tenant) return SayAsync(context, 401, "no org id\n");
        return context.Request.Path.Value switch
        {
            "/loki/api/v1/status/buildinfo" => SayAsync(context, 200, """{"version":"3.4.2","revision":"abc"}"""),
            "/loki/api/v1/labels" => SayAsync(context, 200, """{"status":"success","data":["app"]}"""),
            "/loki/api/v1/query_range" => RangeAsync(context),
            _ => SayAsync(context, 404, "404 page not found\n"),
        };
    }

    private Task RangeAsync(HttpContext context)
    {
        var asked = context.Request.Query;
        var limit = int.Parse(asked["limit"]!, CultureInfo.InvariantCulture);
        if (limit > MostLines) return SayAsync(context, 400, $"max entries limit per query exceeded, limit > max_entries_limit_per_query ({limit} > {MostLines})");
        IReadOnlyList<(string Label, string Value)> matchers;
        try
        {
            (matchers, _) = LogQlSelector.Parse(asked["query"]!);
        }
        catch (FormatException e)
        {
            return SayAsync(context, 400, e.Message);
        }
        var (start, end) = (long.Parse(asked["start"]!, CultureInfo.InvariantCulture), long.Parse(asked["end"]!, CultureInfo.InvariantCulture));
        LokiEntry[] found;
        lock (chance)
        {
            var mixed = Entries.Where(e => e.At >= start && e.At < end && matchers.All(m => e.Stream.GetValueOrDefault(m.Label) == m.Value)).OrderBy(_ => chance.Next());
            found = [.. mixed.ToArray().OrderBy(e => asked["direction"] == "backward" ? -e.At : e.At).Take(limit)];
        }
        return SayAsync(context, 200, JsonSerializer.Serialize(new
        {
            status = "success",
            warnings = Warning is null ? null : new[] { Warning },
            data = new
            {
                resultType = "streams",
                result = found.GroupBy(e => e.Stream).Select(s => new { stream = s.Key, values = s.Select(e => new[] { e.At.ToString(CultureInfo.InvariantCulture), e.Line }) }),
            },
        }));
    }

    private static Task SayAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    }
}
