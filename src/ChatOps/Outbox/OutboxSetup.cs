using ChatOps.Database;
using ChatOps.Observability;
using ChatOps.Scheduling;
using ChatOps.Slack;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Outbox;

public static class OutboxSetup
{
    /// <summary>
    /// What the bot says, and the sender that says it. Needs <c>AddDatabase</c>, the Slack client and a <see cref="TimeProvider"/>;
    /// an <see cref="OutboxOptions"/> that was registered before is used.
    /// </summary>
    public static IServiceCollection AddOutbox(this IServiceCollection services)
    {
        services.TryAddSingleton(p => new OutboxOptions { Deadline = p.GetService<SlackOptions>()?.CallDeadline ?? TimeSpan.FromSeconds(10) });
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<Outbox>();
        services.AddSingleton<DestinationStore>();
        services.AddSingleton<OutboxHealth>();
        services.AddSingleton<OutboxMetrics>();
        services.AddSingleton<OutboxQueue>();
        services.AddSingleton<MethodLimits>();
        services.AddSingleton<SlackChannels>();
        services.AddSingleton<SlackMessages>();
        services.AddSingleton<ChannelMentions>();
        services.AddSingleton<RowDelivery>();
        services.AddSingleton<SenderLog>();
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<SenderParts>(p) with { DatabaseReady = p.GetService<DatabaseStart>()?.Ready ?? Task.CompletedTask });
        services.AddSingleton<ISweepTask, OutboxSweep>();
        services.TryAddSingleton<SlackStanding>();
        services.AddHostedService<TokenCheck>();
        services.AddHostedService<ChannelSender>();
        return services;
    }
}
