using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Web;
using ChatOps.Platforms.Kubernetes;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace ChatOps.Tests.Platforms.Kubernetes;

/// <summary>
/// An API server with one namespace, after https://kubernetes.io/docs/reference/kubernetes-api: it keeps objects and their resource versions, merges patches,
/// tries them when asked to, refuses conflicts and what the rights do not give, and rolls pods over when the test says so.
/// </summary>
internal sealed class StubCluster : IAsyncDisposable
{
    public const string Token = "eyJ-not-to-be-shown-4711";
    public const string Namespace = "shop";

    private readonly WebApplication app;
    private readonly Lock state = new();

    private StubCluster(WebApplication app) => this.app = app;

    public Uri Url { get; private set; } = null!;

    /// <summary>Runs before a call is answered; true: it answered or broke the call by itself.</summary>
    public Func<HttpContext, Task<bool>> Misbehave { get; set; } = _ => Task.FromResult(false);

    /// <summary>After a change was applied, before its answer goes out.</summary>
    public Func<HttpContext, Task> AfterAction { get; set; } = _ => Task.CompletedTask;

    /// <summary>Between the moment a dry run was answered and the change itself, somebody else may come.</summary>
    public Action AfterDryRun { get; set; } = () => { };

    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>What was asked for, as a Role would name it.</summary>
    public ConcurrentDictionary<KubernetesRight, bool> Seen { get; } = new();

    public HashSet<KubernetesRight> Rights { get; } = [.. KubernetesRights.All];

    public StubObjects Objects { get; } = new();

    public bool HasMetrics { get; set; } = true;

    /// <summary>Changes that carry the id of an operation.</summary>
    public int Actions;

    /// <summary>What was written on the way of one, without its id: as <c>shop-canary: 2</c> with the replicas, or <c>shop-canary: gone</c>.</summary>
    public ConcurrentQueue<string> Steps { get; } = new();

    /// <summary>The credential that is accepted.</summary>
    public string Accepts { get; set; } = Token;

    /// <param name="certificate">With one it speaks TLS, and knows whoever shows a certificate.</param>
    public static async Task<StubCluster> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l =>
        {
            if (certificate is not null) l.UseHttps(certificate, h => (h.ClientCertificateMode, h.ClientCertificateValidation) = (ClientCertificateMode.AllowCertificate, (_, _, _) => true));
        }));
        var stub = new StubCluster(builder.Build());
        stub.app.Run(stub.AnswerAsync);
        await stub.app.StartAsync();
        stub.Url = new(stub.app.Urls.Single());
        return stub;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    public static async Task StatusAsync(HttpContext context, int code, string reason, string message)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Failure", ["message"] = message, ["reason"] = reason, ["code"] = code }.ToJsonString());
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var raw = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        Calls.Enqueue($"{context.Request.Method} {raw}");
        if (await Misbehave(context)) return;
        if (context.Request.Headers.Authorization != $"Bearer {Accepts}" && context.Connection.ClientCertificate is null)
        {
            await StatusAsync(context, 401, "Unauthorized", $"Unauthorized: {context.Request.Headers.Authorization}");
            return;
        }
        var path = raw.Split('?')[0];
        if (path == "/version") await JsonAsync(context, new JsonObject { ["gitVersion"] = "v1.33.1" });
        else if (path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews") await ReviewAsync(context);
        else if (Match(path) is { } asked) await ObjectAsync(context, asked);
        else await StatusAsync(context, 404, "NotFound", "the server could not find the requested resource");
    }

    private async Task ObjectAsync(HttpContext context, (string Group, string Resource, string? Name, string? Below) asked)
    {
        var resource = asked.Below is { } below ? $"{asked.Resource}/{below}" : asked.Resource;
        var verb = context.Request.Method switch { "PATCH" => "patch", "POST" => "create", "DELETE" => "delete", "GET" => asked.Name is null ? "list" : "get", var other => other };
        var right = new KubernetesRight(asked.Group, resource, verb);
        Seen[right] = true;
        if (!Rights.Contains(right))
        {
            var of = asked.Group.Length > 0 ? $"{resource}.{asked.Group}" : resource;
            await StatusAsync(context, 403, "Forbidden",
                $"{of} \"{asked.Name}\" is forbidden: User \"system:serviceaccount:chatops:chatops\" cannot {verb} resource \"{resource}\" in API group \"{asked.Group}\" in the namespace \"{Namespace}\"");
        }
        else if (asked.Group == "metrics.k8s.io" && !HasMetrics) await StatusAsync(context, 404, "NotFound", "the server could not find the requested resource");
        else if (asked.Group == "metrics.k8s.io") await JsonAsync(context, Objects.List("podmetrics", ""));
        else if (asked.Below == "log") await LogAsync(context, asked.Name!);
        else if (verb == "create") await CreateAsync(context, asked.Resource);
        else if (asked.Name is null) await JsonAsync(context, Objects.List(asked.Resource, HttpUtility.ParseQueryString(context.Request.QueryString.Value ?? "")["labelSelector"] ?? ""));
        else if (Objects.Find(asked.Resource, asked.Name) is not { } found) await StatusAsync(context, 404, "NotFound", $"{asked.Resource}.{asked.Group} \"{asked.Name}\" not found");
        else if (verb == "patch") await PatchAsync(context, asked.Resource, found);
        else if (verb == "delete") await DeleteAsync(context, asked.Resource, found);
        else await JsonAsync(context, found);
    }

    private async Task PatchAsync(HttpContext context, string resource, JsonObject found)
    {
        var patch = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
        var dry = context.Request.Query["dryRun"] == "All";
        JsonObject? changed = null;
        string? invalid = null;
        lock (state)
        {
            if ((string?)patch["metadata"]?["resourceVersion"] is not { } version || version == (string?)found["metadata"]!["resourceVersion"])
            {
                changed = StubObjects.Merged(found, patch, strategic: context.Request.ContentType?.Contains("strategic", StringComparison.Ordinal) == true);
                invalid = StubObjects.Invalid(changed);
                if (!dry && invalid is null)
                {
                    Objects.Store(resource, changed);
                    if (patch["metadata"]?["annotations"]?["chatops/operation-id"] is not null) Actions++;
                    else Steps.Enqueue($"{found["metadata"]!["name"]}: {changed["spec"]!["replicas"]}");
                }
            }
        }
        if (changed is null) await StatusAsync(context, 409, "Conflict", "Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version and try again");
        else if (invalid is not null) await StatusAsync(context, 422, "Invalid", invalid);
        else
        {
            if (dry) AfterDryRun();
            else await AfterAction(context);
            if (!context.RequestAborted.IsCancellationRequested) await JsonAsync(context, changed);
        }
    }

    private async Task CreateAsync(HttpContext context, string resource)
    {
        var made = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
        var name = (string)made["metadata"]!["name"]!;
        if (Objects.Find(resource, name) is not null) await StatusAsync(context, 409, "AlreadyExists", $"{resource}.apps \"{name}\" already exists");
        else if (StubObjects.Invalid(made) is { } invalid) await StatusAsync(context, 422, "Invalid", invalid);
        else
        {
            if (context.Request.Query["dryRun"] != "All")
            {
                lock (state) Objects.Store(resource, made);
                Steps.Enqueue($"{name}: {made["spec"]!["replicas"]}");
            }
            context.Response.StatusCode = 201;
            await JsonAsync(context, made);
        }
    }

    private async Task DeleteAsync(HttpContext context, string resource, JsonObject found)
    {
        var options = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
        var name = (string)found["metadata"]!["name"]!;
        if ((string?)options["preconditions"]?["uid"] != (string?)found["metadata"]!["uid"]) await StatusAsync(context, 409, "Conflict", "the UID in the precondition does not match the UID in record");
        else
        {
            lock (state) Objects.Remove(resource, name);
            Steps.Enqueue($"{name}: gone");
            await JsonAsync(context, new JsonObject { ["kind"] = "Status", ["status"] = "Success" });
        }
    }

    private async Task LogAsync(HttpContext context, string pod)
    {
        var query = context.Request.Query;
        var key = query["previous"] == "true" ? pod + "/previous" : pod;
        if (!Objects.Logs.TryGetValue(key, out var lines) || (string?)query["container"] != "app")
        {
            await StatusAsync(context, 400, "BadRequest", $"container in pod {pod} is not there");
            return;
        }
        var since = DateTimeOffset.Parse(query["sinceTime"]!, null);
        var kept = lines.Where(l => l.At >= since).TakeLast(int.TryParse(query["tailLines"], out var tail) ? tail : int.MaxValue);
        foreach (var (at, text) in kept) await context.Response.WriteAsync($"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'} {text}\n");
    }

    private async Task ReviewAsync(HttpContext context)
    {
        var review = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
        var a = review["spec"]!["resourceAttributes"]!;
        var resource = (string)a["resource"]! + (a["subresource"] is { } below ? $"/{below}" : "");
        var allowed = (string?)a["namespace"] == Namespace && Rights.Contains(new((string)a["group"]!, resource, (string)a["verb"]!));
        review["status"] = new JsonObject { ["allowed"] = allowed };
        await JsonAsync(context, review);
    }

    private static (string Group, string Resource, string? Name, string? Below)? Match(string path)
    {
        var (group, rest) = path switch
        {
            _ when path.StartsWith("/api/v1/", StringComparison.Ordinal) => ("", path["/api/v1/".Length..]),
            _ when path.StartsWith("/apis/apps/v1/", StringComparison.Ordinal) => ("apps", path["/apis/apps/v1/".Length..]),
            _ when path.StartsWith("/apis/autoscaling/v1/", StringComparison.Ordinal) => ("autoscaling", path["/apis/autoscaling/v1/".Length..]),
            _ when path.StartsWith("/apis/metrics.k8s.io/v1beta1/", StringComparison.Ordinal) => ("metrics.k8s.io", path["/apis/metrics.k8s.io/v1beta1/".Length..]),
            _ => ("", ""),
        };
        var parts = rest.Split('/').Select(Uri.UnescapeDataString).ToArray();
        return parts is ["namespaces", Namespace, var resource, ..] ? (group, resource, parts.ElementAtOrDefault(3), parts.ElementAtOrDefault(4)) : null;
    }

    private static async Task JsonAsync(HttpContext context, JsonObject json)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json.ToJsonString());
    }
}
