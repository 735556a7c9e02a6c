using ChatOps.Incidents;
using ChatOps.OnCall.PagerDuty;
using ChatOps.Scheduling;
using ChatOps.Slack;

namespace ChatOps.OnCall;

public static class OnCallSetup
{
    /// <summary>Rotations, pages and PagerDuty. Needs <c>AddIncidents</c> and what that needs.</summary>
    public static IServiceCollection AddOnCall(this IServiceCollection services)
    {
        services.AddSingleton<OverrideStore>();
        services.AddSingleton<PageStore>();
        services.AddSingleton<PagerStore>();
        services.AddSingleton<PagerDutyClient>();
        services.AddSingleton<PagerDutyPeople>();
        services.AddSingleton<WhoIsOnCall>();
        services.AddSingleton<ReadShiftEnds>();
        services.AddSingleton<ShowPage>();
        services.AddSingleton<AnswerPage>();
        services.AddScoped<OpenIncident>();
        services.AddScoped<AcknowledgePage>();
        services.AddScoped<SwapShift>();
        services.AddSingleton<ISweepTask, CallPeople>();
        services.AddSingleton<ISweepTask, UnansweredQuestions>();
        services.AddSingleton<ISweepTask, TellPagerDuty>();
        services.AddSingleton<ISweepTask, HearPagerDuty>();
        services.AddIncidentVerb<OnCallVerb>();
        services.AddIncidentVerb<PageVerb>();
        return services.AddSlackHandlers(h => h
            .ViewSubmission<OnCallFormHandler>(OnCallForms.PageForm)
            .ViewSubmission<OnCallFormHandler>(OnCallForms.SwapForm));
    }
}
