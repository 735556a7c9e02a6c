using ChatOps.Operations;
using ChatOps.Scheduling;
using ChatOps.Slack;
using ChatOps.Slack.Interaction;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Confirmations;

public static class ConfirmationsSetup
{
    /// <summary>The cards between requests and actions. Needs <c>AddOperations</c> and what that needs.</summary>
    public static IServiceCollection AddConfirmations(this IServiceCollection services)
    {
        services.TryAddSingleton<ConfirmationOptions>();
        services.AddSingleton<ConfirmationStore>();
        services.AddSingleton<ProposeAction>();
        services.AddSingleton<BeginOperation>();
        services.AddSingleton<ProposeConfirmed>();
        services.AddSingleton<ExpireActions>();
        services.AddSingleton<ISweepTask>(p => p.GetRequiredService<ExpireActions>());
        services.AddScoped<ConfirmAction>();
        services.AddScoped<DeclineAction>();
        services.AddScoped<RefreshAction>();
        return services.AddSlackHandlers(h => h
            .BlockAction<ConfirmationHandler, ButtonAction>(ActionIds.Confirm)
            .BlockAction<ConfirmationHandler, ButtonAction>(ActionIds.Decline)
            .BlockAction<ConfirmationHandler, ButtonAction>(ActionIds.Refresh));
    }
}
