using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Scheduling;
using ChatOps.Slack;
using ChatOps.Slack.Interaction;

namespace ChatOps.Incidents;

public static class IncidentsSetup
{
    public static IServiceCollection AddIncidents(this IServiceCollection services, SlackConfig slack)
    {
        services.AddSingleton<IncidentStore>();
        services.AddSingleton<ProbeStore>();
        services.AddSingleton<TaskStore>();
        services.AddSingleton<IncidentDrawing>();
        services.AddScoped<IncidentVerbs>();
        services.AddScoped<Func<IncidentVerbs>>(p => p.GetRequiredService<IncidentVerbs>);
        services.AddScoped<RunVerb>();
        services.AddScoped<StartIncident>();
        services.AddScoped<ChangeIncident>();
        services.AddScoped<FindPerson>();
        services.AddSingleton<ReadTimeline>();
        services.AddScoped<IInternalRequestHandler, VerbRequestHandler>();
        services.AddSingleton<ISweepTask, ProbeIncidents>();

        services.AddIncidentVerb<StartVerb>();
        services.AddIncidentVerb<AcceptVerb>();
        services.AddIncidentVerb<SeverityVerb>();
        services.AddIncidentVerb<NoteVerb>();
        services.AddIncidentVerb<StatusVerb>();
        services.AddIncidentVerb<ListVerb>();
        services.AddIncidentVerb<JoinVerb>();
        services.AddIncidentVerb<UpdateVerb>();
        services.AddIncidentVerb<RoleVerb>();
        services.AddIncidentVerb<HandoverVerb>();
        services.AddIncidentVerb<TaskVerb>();
        services.AddIncidentVerb<TimelineVerb>();
        services.AddIncidentVerb<ResolveVerb>();
        services.AddIncidentVerb<ReopenVerb>();
        services.AddIncidentVerb<MergeVerb>();
        services.AddIncidentVerb<CancelVerb>();
        services.AddIncidentVerb<MenuVerb>();
        services.AddIncidentVerb<HelpVerb>();

        return services.AddSlackHandlers(h => h
            .SlashCommand<IncidentCommand>(slack.IncidentCommand)
            .BlockAction<IncidentButtonHandler, ButtonAction>(IncidentButtonHandler.ActionId)
            .BlockAction<IncidentButtonHandler, OverflowAction>(IncidentButtonHandler.ActionId)
            .BlockAction<IncidentButtonHandler, StaticSelectAction>(IncidentButtonHandler.ActionId)
            .ViewSubmission<IncidentFormHandler>(IncidentForms.Start)
            .ViewSubmission<IncidentFormHandler>(IncidentForms.Text)
            .ViewSubmission<VerbFormHandler>(VerbForms.CallbackId));
    }

    /// <summary>Registers a verb of <c>/incident</c>, from the folder that does its work.</summary>
    public static IServiceCollection AddIncidentVerb<TVerb>(this IServiceCollection services)
        where TVerb : class, IIncidentVerb => services.AddScoped<IIncidentVerb, TVerb>();
}
