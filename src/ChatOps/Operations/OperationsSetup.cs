using ChatOps.Scheduling;
using ChatOps.Slack;
using ChatOps.Slack.Interaction;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Operations;

public static class OperationsSetup
{
    /// <summary>
    /// Carries out what was confirmed. Needs <c>AddDatabase</c>, <c>AddOutbox</c>, <c>AddPermissions</c>, the timeline and the inbox.
    /// Actions are registered as singletons: <c>AddSingleton&lt;IConfirmedAction, RestartAction&gt;()</c>. An <see cref="OperationOptions"/> that was registered before is used.
    /// </summary>
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.TryAddSingleton<OperationOptions>();
        services.AddSingleton<ConfirmedActions>();
        services.AddSingleton<OperationSignal>();
        services.AddSingleton<OperationStore>();
        services.AddSingleton<EndOperation>();
        services.AddSingleton<RecoverOperations>();
        services.AddSingleton<ISweepTask>(p => p.GetRequiredService<RecoverOperations>());
        services.AddSingleton<RunOperation>();
        services.AddSingleton<SteppedOperationStore>();
        services.AddSingleton<StepOperations>();
        services.AddHostedService<OperationWorker>();
        return services.AddSlackHandlers(h => h.BlockAction<SettleHandler, ButtonAction>(ActionIds.Settle));
    }
}
