using System.Text;
using ChatOps.Slack.Dispatch;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace ChatOps.Slack.AspNetCore;

/// <summary>
/// One signed request: read, proven, offered to the inbox, and only then answered. The hot path: one array holds what is signed and the body, and is what the
/// inbox stores; the signature is checked before anything is parsed.
/// </summary>
internal sealed partial class SlackEndpoint(SlackSignature signature, SlackIntake intake, UnacceptedRequests unaccepted, TimeProvider time, ILogger<SlackEndpoint> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsPost(request.Method))
        {
            context.Response.StatusCode = HttpMethods.IsGet(request.Method) && request.Query["ssl_check"] == "1" ? StatusCodes.Status200OK : StatusCodes.Status405MethodNotAllowed;
            return;
        }

        var now = time.GetUtcNow();
        var timestamp = Single(request.Headers[SlackSignature.TimestampHeader]);
        var fresh = signature.IsFresh(timestamp, now);
        if (!fresh && request.ContentLength is null or > SlackBody.LongestUnsigned)
        {
            Refuse(context, "signature");
            return;
        }

        // A lost connection ends the read by itself; the request's own token would cost an allocation each time.
        var prefix = fresh ? SlackSignature.PrefixLength(timestamp!) : 0;
        if (await SlackBody.ReadAsync(request, prefix, CancellationToken.None) is not { } content)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            SlackMetrics.RequestRefused("too_large");
            return;
        }

        if (fresh)
            SlackSignature.WritePrefix(timestamp!, content.Span);
        var body = content[prefix..];
        var signed = fresh && signature.Matches(Single(request.Headers[SlackSignature.SignatureHeader]), content.Span);
        if (!signed)
        {
            // Slack tests the certificate of an address without signing; saying 200 to that gives nothing away.
            if (body.Length <= SlackBody.LongestUnsigned && SlackRequestReader.ReadPosted(body, now).Kind == SlackReadingKind.SslCheck)
                return;
            Refuse(context, "signature");
            return;
        }
        await AnswerAsync(context, SlackRequestReader.ReadPosted(body, now));
    }

    private Task AnswerAsync(HttpContext context, SlackReading reading)
    {
        switch (reading.Kind)
        {
            case SlackReadingKind.Request:
                return OfferAsync(context, reading.Request!);
            case SlackReadingKind.Challenge:
                context.Response.ContentType = "text/plain; charset=utf-8";
                return context.Response.WriteAsync(reading.Challenge!, Encoding.UTF8, context.RequestAborted);
            case SlackReadingKind.SslCheck:
                return Task.CompletedTask;
            default:
                Broken(context, reading.Kind);
                return Task.CompletedTask;
        }
    }

    private async Task OfferAsync(HttpContext context, SlackRequest request)
    {
        // Not RequestAborted: whether Slack still listens does not decide whether a request is kept.
        var answer = await intake.OfferAsync(request, CancellationToken.None);
        switch (answer.Verdict)
        {
            case IntakeVerdict.Acknowledge when answer.Body is { } body:
                context.Response.ContentType = "application/json; charset=utf-8";
                context.Response.ContentLength = body.Length;
                await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
                break;
            case IntakeVerdict.AcknowledgeAndAnswer:
                context.Response.ContentLength = 0;
                context.Response.OnCompleted(() =>
                {
                    unaccepted.Answer(request, answer.Acceptance);
                    return Task.CompletedTask;
                });
                break;
            case IntakeVerdict.Refuse:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                break;
            case IntakeVerdict.Broken:
                Broken(context, SlackReadingKind.Broken);
                break;
            default:
                context.Response.ContentLength = 0;
                break;
        }
    }

    private static void Refuse(HttpContext context, string reason)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        SlackMetrics.RequestRefused(reason);
    }

    private void Broken(HttpContext context, SlackReadingKind kind)
    {
        LogBroken(kind, context.Request.Path);
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.Headers["X-Slack-No-Retry"] = "1";
        SlackMetrics.RequestRefused("broken");
    }

    private static string? Single(StringValues header) => header.Count == 1 ? header[0] : null;

    [LoggerMessage(EventId = 2201, Level = LogLevel.Warning, Message = "A signed request to {Path} was refused as {Kind}")]
    private partial void LogBroken(SlackReadingKind kind, PathString path);
}
