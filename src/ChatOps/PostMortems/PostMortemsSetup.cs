using ChatOps.Incidents;
using ChatOps.Slack;
using ChatOps.Slack.Interaction;

namespace ChatOps.PostMortems;

public static class PostMortemsSetup
{
    public static IServiceCollection AddPostMortems(this IServiceCollection services)
    {
        services.AddSingleton<PostMortemStore>();
        services.AddSingleton<ReadFacts>();
        services.AddSingleton<PublishPostMortem>();
        services.AddSingleton<PeopleNames>();
        services.AddIncidentVerb<PostMortemVerb>();
        return services.AddSlackHandlers(h => h
            .BlockAction<ConfirmCauseHandler, ButtonAction>(PostMortemMessages.ConfirmCause)
            .BlockAction<EditHandler, ButtonAction>(PostMortemMessages.Edit)
            .BlockAction<ReviewHandler, ButtonAction>(PostMortemMessages.Review)
            .BlockAction<SectionChoiceHandler, StaticSelectAction>(PostMortemForms.Choice)
            .ViewSubmission<CauseFormHandler>(PostMortemForms.Cause)
            .ViewSubmission<EditFormHandler>(PostMortemForms.Edit));
    }
}
