using ChatOps.Slack.Dispatch;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatOps.Slack.AspNetCore;

/// <summary>Puts Slack's requests into the pipeline.</summary>
public static class SlackEndpoints
{
    /// <summary>
    /// Takes POST <c>/slack/commands</c>, <c>/slack/interactions</c> and <c>/slack/events</c>; each takes every kind, since teams often give Slack one address.
    /// A middleware that ends there rather than routes: call it first, so that nothing else is paid for on the way to an acknowledgement.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no signing secret; the message is for the person who set the options.</exception>
    public static TApp MapSlack<TApp>(this TApp app, string path = "/slack")
        where TApp : IApplicationBuilder
    {
        var services = app.ApplicationServices;
        var options = services.GetRequiredService<SlackOptions>();
        if (string.IsNullOrWhiteSpace(options.SigningSecret))
            throw new InvalidOperationException("The Slack signing secret is empty, so anybody could pose as Slack: set it to the one under \"Basic Information\" of the Slack app.");

        var endpoint = new SlackEndpoint(
            new SlackSignature(options.SigningSecret, options.SignatureTolerance),
            services.GetRequiredService<SlackIntake>(),
            services.GetRequiredService<UnacceptedRequests>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<SlackEndpoint>>());
        string commands = path + "/commands", interactions = path + "/interactions", events = path + "/events";
        app.Use(next => context => context.Request.Path.Value is { } asked && (asked == commands || asked == interactions || asked == events)
            ? endpoint.InvokeAsync(context)
            : next(context));
        return app;
    }
}
