using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Scheduling;
using ChatOps.Slack;
using ChatOps.Slack.Interaction;

namespace ChatOps.Alerts;

public static class AlertsSetup
{
    /// <summary>Needs what incidents and confirmations need. What is known of alerts is handled also where no source is configured any more.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services, ChatOpsConfig config)
    {
        services.AddSingleton(config.Alerts);
        services.AddSingleton<ReadAlerts>();
        services.AddSingleton<AlertEndpoint>();
        services.AddSingleton<AlertmanagerClient>();
        services.AddSingleton<SilenceReading>();
        services.AddSingleton<SilenceAction>();
        services.AddSingleton<IConfirmedAction>(p => p.GetRequiredService<SilenceAction>());
        services.AddSingleton<JoinAlerts>();
        services.AddScoped<OpenFromAlerts>();
        services.AddSingleton<SuggestIncident>();
        services.AddScoped<ProposeSilence>();
        services.AddScoped<IInternalRequestHandler, ReceiveAlerts>();
        services.AddScoped<IInternalRequestHandler, DecideAlerts>();
        services.AddSingleton<ISweepTask, NoticeAlerts>();
        services.AddSingleton<ISweepTask, FollowIncidents>();
        services.AddSingleton<ISweepTask, AlertDigest>();

        services.AddIncidentVerb<SilenceVerb>();
        return services.AddSlackHandlers(h => h
            .BlockAction<SuggestionHandler, ButtonAction>(AlertMessages.StartActionId)
            .BlockAction<SuggestionHandler, ButtonAction>(AlertMessages.DismissActionId)
            .BlockAction<SilenceHandler, ButtonAction>(AlertMessages.SilenceActionId));
    }

    /// <summary>Takes <c>POST /alerts/&lt;source&gt;</c> where there is a source that may send.</summary>
    public static void MapAlerts(this WebApplication app)
    {
        if (app.Services.GetRequiredService<AlertConfig>().Sources.Count == 0) return;
        var endpoint = app.Services.GetRequiredService<AlertEndpoint>();
        app.MapPost("/alerts/{source}", endpoint.InvokeAsync);
    }
}
