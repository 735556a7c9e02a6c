using ChatOps.Alerts;
using ChatOps.Capture;
using ChatOps.Configuration;
using ChatOps.Confirmations;
using ChatOps.Database;
using ChatOps.Deployments;
using ChatOps.Diagnosis;
using ChatOps.Home;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Observability;
using ChatOps.OnCall;
using ChatOps.Operations;
using ChatOps.Outbox;
using ChatOps.Permissions;
using ChatOps.Platforms;
using ChatOps.PostMortems;
using ChatOps.Reminders;
using ChatOps.Reports;
using ChatOps.Runbooks;
using ChatOps.Scheduling;
using ChatOps.Slack.AspNetCore;
using ChatOps.Slack;
using ChatOps.Telemetry;
using ChatOps.Timeline;

namespace ChatOps;

/// <summary>The bot as one host: a line per folder.</summary>
public static class BotHost
{
    /// <param name="time">The time of day; practice gives a clock that it can move.</param>
    public static WebApplication Build(ChatOpsConfig config, TimeProvider time)
    {
        var slack = SlackOptionsOf(config.Slack);
        var database = DatabaseLocation.From(config.DatabaseUrl, config.DatabaseOwnerUrl, config.StateFolder);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.AddChatOpsLogging();
        builder.WebHost.UseUrls(config.ListenUrl.ToString());
        builder.WebHost.ConfigureKestrel(k => k.AddServerHeader = false);
        // Calls to Slack that are under way get the time to end. A request that is being handled is broken off, writes nothing and is free for another instance at once.
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(20));
        builder.Services.AddSingleton(time);
        builder.Services
            .AddConfiguration(config)
            .AddDatabase(database)
            .AddScheduling(database)
            .AddSlack(slack)
            .AddInbox()
            .AddOutbox()
            .AddSingleton<TimelineStore>()
            .AddPermissions()
            .AddPlatforms()
            .AddTelemetry()
            .AddOperations()
            .AddConfirmations()
            .AddIncidents(config.Slack)
            .AddDeployments(config)
            .AddRunbooks(config)
            .AddDiagnosis()
            .AddPostMortems()
            .AddCapture()
            .AddOnCall()
            .AddAlerts(config)
            .AddReminders()
            .AddReports()
            .AddHome()
            .AddHealth();

        var app = builder.Build();
        if (slack.Transport == Slack.SlackTransport.Http) app.MapSlack();
        app.MapHealth();
        app.MapAlerts();
        return app;
    }

    internal static SlackOptions SlackOptionsOf(SlackConfig slack) => new()
    {
        BotToken = slack.BotToken ?? "",
        AppToken = slack.AppToken ?? "",
        SigningSecret = slack.SigningSecret ?? "",
        ApiBaseUrl = slack.ApiUrl,
        Transport = slack.Transport == Configuration.SlackTransport.Http ? Slack.SlackTransport.Http : Slack.SlackTransport.Socket,
    };
}
