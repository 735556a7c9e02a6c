using ChatOps.Slack.WebApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatOps.Slack.Dispatch;

/// <summary>What a person hears when a request could not be stored. Events are left to Slack, which delivers them again.</summary>
internal sealed partial class UnacceptedRequests(
    ISlackApiClient slack, IServiceScopeFactory scopes, IServiceProviderIsService registered, IHostApplicationLifetime lifetime, ILogger<UnacceptedRequests> logger)
{
    /// <summary>For the person whose request may or may not have been stored.</summary>
    internal const string Unclear =
        "It is not clear whether that was recorded: the database's answer was lost. Look at what happened in the channel before you repeat it; if nothing follows within a minute, it was not done.";

    private readonly bool hasHandler = registered.IsService(typeof(ISlackUnavailableHandler));

    /// <summary>Whether an acknowledgement may go out because <see cref="Answer"/> will tell the person.</summary>
    public bool CanAnswer(SlackRequest request, SlackAcceptance acceptance) => request.Kind switch
    {
        SlackRequestKind.Event => false,
        // Slack then keeps the form open and says that it had trouble; submitted again it has the same key and counts once.
        SlackRequestKind.ViewSubmission when acceptance == SlackAcceptance.Unknown => false,
        _ => acceptance == SlackAcceptance.Unknown || hasHandler,
    };

    /// <summary>Answers in the background, after the acknowledgement, at most once. What goes wrong is logged; nobody waits for it.</summary>
    public void Answer(SlackRequest request, SlackAcceptance acceptance) => _ = Task.Run(() => AnswerAsync(request, acceptance, lifetime.ApplicationStopping), CancellationToken.None);

    private async Task AnswerAsync(SlackRequest request, SlackAcceptance acceptance, CancellationToken cancellationToken)
    {
        try
        {
            var message = await WithoutStorage(request, acceptance, cancellationToken);
            if (message is not null && request.ReadSender().ResponseUrl is { } responseUrl)
                await slack.RespondAsync(responseUrl, message, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped(request);
        }
#pragma warning disable CA1031 // The request's own catch block: nobody awaits this task, so whatever goes wrong ends here, in the log.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(failure, request);
        }
    }

    private async Task<ResponseMessage?> WithoutStorage(SlackRequest request, SlackAcceptance acceptance, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var handler = scope.ServiceProvider.GetService<ISlackUnavailableHandler>();
        return acceptance == SlackAcceptance.Unknown && handler?.OnlyLooks(request) != true
            ? ResponseMessage.OnlyForYou(Unclear)
            : await handler!.HandleWithoutStorage(request, cancellationToken);
    }

    [LoggerMessage(EventId = 2101, Level = LogLevel.Error, Message = "The person behind {Request}, which could not be stored, could not be told")]
    private partial void LogFailed(Exception failure, SlackRequest request);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Warning, Message = "Stopped before the person behind {Request}, which could not be stored, was told")]
    private partial void LogStopped(SlackRequest request);
}
