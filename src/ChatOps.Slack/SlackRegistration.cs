using ChatOps.Slack.Dispatch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Slack;

/// <summary>Puts the Slack layer into a host.</summary>
public static class SlackRegistration
{
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
