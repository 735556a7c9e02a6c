namespace ChatOps.Outbox;

public static class OutboxSetup
{
    /// <summary>What the bot says. Needs <c>AddDatabase</c> and the Slack client.</summary>
    public static IServiceCollection AddOutbox(this IServiceCollection services)
    {
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<Outbox>();
        services.AddSingleton<DestinationStore>();
        return services;
    }
}
