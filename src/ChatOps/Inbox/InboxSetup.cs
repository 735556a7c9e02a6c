using ChatOps.Scheduling;
using ChatOps.Slack.Dispatch;

namespace ChatOps.Inbox;

public static class InboxSetup
{
    public static IServiceCollection AddInbox(this IServiceCollection services)
    {
        services.AddSingleton<InboxStore>();
        services.AddSingleton<InboxQueue>();
        services.AddSingleton<InboxSignal>();
        services.AddSingleton<InternalRequests>();
        services.AddSingleton<WebhookInbox>();
        services.AddSingleton<FailedRequests>();
        services.AddScoped<CurrentRequest>();
        services.AddSingleton<SlackInbox>();
        services.AddSingleton<ISlackInbox>(p => p.GetRequiredService<SlackInbox>());
        services.AddHostedService(p => p.GetRequiredService<SlackInbox>());
        services.AddSingleton<CompletionLane>();
        services.AddHostedService(p => p.GetRequiredService<CompletionLane>());
        services.AddHostedService<InboxWorker>();
        services.AddSingleton<ISweepTask, ForgetOldRequests>();
        return services;
    }
}

/// <summary>Keys stay for a day, so that a late repetition is still known.</summary>
internal sealed class ForgetOldRequests(InboxStore store, TimeProvider time) : ISweepTask
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private long last;

    public string Name => "forget old requests";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (last != 0 && time.GetElapsedTime(last) < Interval) return;
        last = time.GetTimestamp();
        await store.ForgetAsync(cancellationToken);
    }
}
