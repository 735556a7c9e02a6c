using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChatOps.Sandbox.Workspace.Delivery;

namespace ChatOps.Sandbox.Workspace.WebApi;

/// <summary>One call of the Web API, in Slack's order: method, token, scope, limit, arguments, then the method itself.</summary>
internal sealed class WebApiEndpoint(SlackWorkspace workspace, Credentials credentials, RateLimits limits, Faults faults, Traffic traffic, SocketModeServer sockets)
{
    public bool LimitRates { get; init; } = true;

    public async Task HandleAsync(HttpContext context, string method, CancellationToken cancellationToken)
    {
        var at = traffic.Now;
        var started = Stopwatch.GetTimestamp();
        MethodCatalog.All.TryGetValue(method, out var facts);
        var request = await ArgumentReader.ReadAsync(context.Request, facts, cancellationToken);
        var fault = faults.Take(method);
        if (fault is { After: false } && !await SufferAsync(fault, cancellationToken))
        {
            traffic.Record("call", method, request.Arguments, at, 0, "caller_gone", Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            return;
        }
        var answer = fault is { After: false, Answers: true } or { After: false, Disconnect: true }
            ? fault.Answer()
            : Answer(facts, method, request, $"{context.Request.Scheme}://{context.Request.Host}");
        var lost = fault is { Disconnect: true };
        if (fault is { After: true })
        {
            lost |= !await SufferAsync(fault, cancellationToken);
            if (fault.Answers)
                answer = fault.Answer();
        }
        traffic.Record("call", method, request.Arguments, at, lost ? 0 : answer.Status, answer.Body, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        if (lost)
        {
            context.Abort();
            return;
        }
        if (answer.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        // Slack tells the scopes of the token with every answer to a token that it knows.
        if (method != "apps.connections.open" && RefuseToken(method, request.Token) is null)
            context.Response.Headers["x-oauth-scopes"] = string.Join(',', workspace.Manifest.Scopes);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(answer.Body.ToJsonString(JsonReading.Compact), cancellationToken);
    }

    /// <returns>False when the caller went away meanwhile.</returns>
    private static async Task<bool> SufferAsync(Fault fault, CancellationToken cancellationToken)
    {
        try
        {
            if (fault.Delay > TimeSpan.Zero)
                await Task.Delay(fault.Delay, cancellationToken);
            if (fault.Hold)
                await fault.Released.WaitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private SlackAnswer Answer(MethodFacts? facts, string method, ApiRequest request, string baseUrl)
    {
        if (facts is null)
        {
            var unknown = SlackAnswer.Error("unknown_method");
            unknown.Body["req_method"] = method;
            return unknown;
        }
        if (method != "api.test" && RefuseToken(method, request.Token) is { } token)
            return token;
        if (facts.BotScopes.Count > 0 && !facts.BotScopes.Any(workspace.Manifest.Has))
            return SlackAnswer.MissingScope(string.Join(',', facts.BotScopes), workspace.Manifest.Scopes);
        if (LimitRates && limits.Take(method, facts.Tier, request.Arguments.Text("channel")) is { } seconds)
            return SlackAnswer.RateLimited(seconds);
        if ((request.Refusal ?? ArgumentReader.Check(facts, request.Arguments)) is { } refusal)
            return refusal;
        var answer = Carry(method, new ApiCall(method, request.Arguments, baseUrl));
        if (request.Warning is { } warning && answer.IsOk)
            answer.Body["warning"] ??= warning;
        return answer;
    }

    private SlackAnswer Carry(string method, ApiCall call)
    {
        if (method == "apps.connections.open")
            return SlackAnswer.Ok(("url", sockets.NewUrl(call.BaseUrl)));
        if (!ApiMethods.All.TryGetValue(method, out var play))
            return SlackAnswer.Error("not_implemented", $"[ERROR] this sandbox does not play {method}");
        lock (workspace.Gate)
            return play(workspace, call);
    }

    private SlackAnswer? RefuseToken(string method, string? token)
    {
        if (string.IsNullOrEmpty(token))
            return SlackAnswer.Error("not_authed");
        var isApp = Same(token, credentials.AppToken);
        if (!isApp && !Same(token, credentials.BotToken))
            return SlackAnswer.Error("invalid_auth");
        if (!isApp && workspace.TokenTrouble is { } trouble)
            return SlackAnswer.Error(trouble);
        return isApp == (method == "apps.connections.open") ? null : SlackAnswer.Error("not_allowed_token_type");
    }

    private static bool Same(string a, string b) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}
