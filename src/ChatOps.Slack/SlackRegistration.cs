using ChatOps.Slack.Dispatch;
using ChatOps.Slack.SocketMode;
using ChatOps.Slack.WebApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace ChatOps.Slack;

/// <summary>Puts the Slack layer into a host.</summary>
public static class SlackRegistration
{
    /// <summary>A <see cref="HttpMessageHandler"/> under this key sends the calls of the Web API; without one the client has its own.</summary>
    public const string HttpHandlerKey = "slack";

    /// <summary>
    /// The Web API client, the dispatcher and, for <see cref="SlackTransport.Socket"/>, the sockets. The host adds an <see cref="ISlackInbox"/> and, if it likes,
    /// an <see cref="ISlackUnavailableHandler"/>; for <see cref="SlackTransport.Http"/> it also calls <c>MapSlack</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Options with which it must not start; the message is for the person who set them.</exception>
    public static IServiceCollection AddSlack(this IServiceCollection services, SlackOptions options)
    {
        if (options.Validate() is { Count: > 0 } problems)
            throw new InvalidOperationException(string.Join(' ', problems));

        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSlackHandlers(_ => { });
        services.AddSingleton<ISlackApiClient>(s => new SlackApiClient(options, s.GetRequiredService<TimeProvider>(), s.GetKeyedService<HttpMessageHandler>(HttpHandlerKey)));
        services.AddSingleton<UnacceptedRequests>();
        services.AddSingleton<SlackIntake>();
        if (options.Transport == SlackTransport.Socket)
        {
            services.AddSingleton<SocketEnvelopes>();
            services.AddSingleton(s => new SlackSocketModeClient(
                options, s.GetRequiredService<ISlackApiClient>(), s.GetRequiredService<SocketEnvelopes>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<SlackSocketModeClient>>()));
            services.AddHostedService(s => s.GetRequiredService<SlackSocketModeClient>());
        }
        return services;
    }

    /// <summary>Registers handlers; every folder may call it for its own.</summary>
    public static IServiceCollection AddSlackHandlers(this IServiceCollection services, Action<SlackHandlers> register)
    {
        var handlers = services.FirstOrDefault(s => s.ServiceType == typeof(SlackHandlers))?.ImplementationInstance as SlackHandlers;
        if (handlers is null)
        {
            handlers = new SlackHandlers(services);
            services.AddSingleton(handlers);
            services.AddSingleton(s => new SlackHandlerRegistry(s.GetRequiredService<SlackHandlers>()));
            services.AddSingleton<SlackDispatcher>();
        }
        register(handlers);
        return services;
    }
}
