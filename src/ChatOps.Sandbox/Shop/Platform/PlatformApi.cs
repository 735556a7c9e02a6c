using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>The protocol of docs/http-platform.md over the shop's platform.</summary>
internal sealed class PlatformApi(ShopPlatform platform, string token)
{
    private readonly byte[] authorization = Encoding.UTF8.GetBytes("Bearer " + token);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/capabilities", Guarded((context, _) => WriteAsync(context, 200, Capabilities(), PlatformJson.Default.CapabilitiesAnswer)));
        routes.MapGet("/v1/services/{service}", Guarded((context, unit) => WriteAsync(context, 200, Status(unit!), PlatformJson.Default.StatusAnswer)));
        routes.MapGet("/v1/services/{service}/releases", Guarded((context, unit) => WriteAsync(context, 200, new ReleasesAnswer(unit!.Releases.Describe()), PlatformJson.Default.ReleasesAnswer)));
        routes.MapGet("/v1/services/{service}/changes", Guarded((context, unit) =>
            WriteAsync(context, 200, new ChangesAnswer(platform.Changes.Since(unit!, Time(context, "since", DateTimeOffset.MinValue))), PlatformJson.Default.ChangesAnswer)));
        routes.MapGet("/v1/services/{service}/metrics", Guarded((context, unit) => MetricsAsync(context, unit!)));
        routes.MapGet("/v1/services/{service}/logs", Guarded((context, unit) => LogAnswer.WriteAsync(context, unit!, platform.Clock)));
        foreach (var kind in ActionChecks.Kinds)
            routes.MapPost($"/v1/services/{{service}}/{kind}", Guarded((context, unit) => ActAsync(context, unit!, kind)));
        routes.MapGet("/v1/operations/{operation}", Guarded((context, _) =>
        {
            var id = (string)context.Request.RouteValues["operation"]!;
            return platform.Operations.Find(id) is { } operation
                ? WriteAsync(context, 200, operation, PlatformJson.Default.Operation)
                : RefuseAsync(context, new Refusal(404, "operation_unknown", $"No operation {id} was ever accepted here."));
        }));
    }

    internal static Task WriteAsync<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(value, type, cancellationToken: context.RequestAborted);
    }

    internal static Task RefuseAsync(HttpContext context, Refusal refusal) =>
        WriteAsync(context, refusal.Status, new ErrorAnswer(new ErrorBody(refusal.Code, refusal.Message)), PlatformJson.Default.ErrorAnswer);

    /// <exception cref="BadHttpRequestException">It is there and is no time.</exception>
    internal static DateTimeOffset Time(HttpContext context, string name, DateTimeOffset otherwise)
    {
        var text = context.Request.Query[name].ToString();
        if (text.Length == 0) return otherwise;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new BadHttpRequestException($"{name} is not a time in ISO-8601: {text}");
    }

    private RequestDelegate Guarded(Func<HttpContext, Unit?, Task> work) => async context =>
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()), authorization))
        {
            await RefuseAsync(context, new Refusal(401, "unauthorized", "Send the platform's token: Authorization: Bearer …"));
            return;
        }
        Unit? unit = null;
        if (context.Request.RouteValues["service"] is string service)
        {
            unit = Find(service, context.Request.Query["environment"].ToString(), out var refusal);
            if (refusal is not null)
            {
                await RefuseAsync(context, refusal);
                return;
            }
        }
        try
        {
            await work(context, unit);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, new Refusal(400, "bad_request", e.Message));
        }
    };

    private Unit? Find(string service, string environment, out Refusal? refusal)
    {
        var all = platform.Find(service).ToList();
        var there = all.FindAll(u => environment.Length == 0 || u.Environment == environment);
        var where = string.Join(", ", all.Select(u => u.Environment));
        refusal = (all.Count, there.Count) switch
        {
            (0, _) => new Refusal(404, "service_unknown", $"There is no service {service} here. There are: {string.Join(", ", platform.Units.Select(u => u.Name).Distinct())}."),
            (_, 0) => new Refusal(404, "environment_unknown", $"{service} does not run in {environment}. It runs in {where}."),
            (_, 1) => null,
            _ => new Refusal(400, "bad_request", $"environment is needed: {service} runs in {where}."),
        };
        return refusal is null ? there[0] : null;
    }

    private Task MetricsAsync(HttpContext context, Unit unit)
    {
        var now = platform.Clock.GetUtcNow();
        var (since, until) = (Time(context, "since", now.AddHours(-1)), Time(context, "until", now));
        var version = context.Request.Query["version"].ToString();
        if (version.Length == 0) return Answer(platform.Metrics(unit, since, until));
        if ((unit as WebUnit)?.Traffic is not { } traffic) return RefuseAsync(context, new Refusal(422, "unsupported", $"{unit.Name} is not measured by version here."));
        if (unit.Releases.Find(version) is null) return RefuseAsync(context, new Refusal(422, "version_unknown", $"There is no release {version} of {unit.Name}."));
        return Answer(platform.Metrics(unit, version, traffic, since, until));

        Task Answer(IReadOnlyList<MetricSeries> series) => WriteAsync(context, 200, new MetricsAnswer(series), PlatformJson.Default.MetricsAnswer);
    }

    private async Task ActAsync(HttpContext context, Unit unit, string kind)
    {
        ActionRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync(context.Request.Body, PlatformJson.Default.ActionRequest, context.RequestAborted);
        }
        catch (JsonException e)
        {
            throw new BadHttpRequestException($"The body is not the JSON that was expected: {e.Message}", e);
        }
        if (request is null) throw new BadHttpRequestException("The body is empty. operation_id and actor are needed.");
        var operation = platform.Begin(unit, kind, request, out var refusal);
        if (refusal is not null) await RefuseAsync(context, refusal);
        else await WriteAsync(context, 202, operation!, PlatformJson.Default.Operation);
    }

    private CapabilitiesAnswer Capabilities()
    {
        var kept = (int)MetricSampler.Kept.TotalSeconds;
        return new CapabilitiesAnswer(1, ShopPlatform.Name, new OperationIdsAnswer(true, 86_400),
            [.. platform.Units.GroupBy(u => u.Name).Select(all => (Unit: all.First(), Environments: all.Select(u => u.Environment))).Select(s => new ServiceCapabilities(
                s.Unit.Name, [.. s.Environments], s.Unit.Kind, s.Unit.Actions, s.Unit is WebUnit ? ActionChecks.Strategies : [], true, true, s.Unit is WebUnit { Traffic: not null }, kept, kept))]);
    }

    private StatusAnswer Status(Unit unit)
    {
        var health = unit.Health();
        var table = ProcessTable.Read();
        var release = unit.Releases.Current;
        var instances = unit.Instances();
        var candidate = (unit as WebUnit)?.DescribeCandidate();
        return new StatusAnswer(unit.Name, unit.Environment, unit.Kind, platform.Clock.GetUtcNow(), health.State, health.Recovering, health.Detail,
            health.Ready, unit.Wanted ? 1 : 0, unit.Generation, release?.Release.Version, release?.Digest, release?.Release.Commit, release?.DeployedAt, release?.DeployedBy,
            instances.FirstOrDefault(i => !i.IsCandidate)?.StartedAt, unit.Restarts, unit.LastExit, candidate, (unit as WebUnit)?.Variables, unit.LastBackupAt, health.Checks,
            [.. instances.Select(i => new InstanceAnswer(i.Id, i.IsCandidate && candidate is not null ? candidate.State : health.State, i.Version, i.Pid, i.StartedAt, ProcessTable.Memory(table.Tree(i.Pid)), unit.MemoryLimitBytes))]);
    }
}
