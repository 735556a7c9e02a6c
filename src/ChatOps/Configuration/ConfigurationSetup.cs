namespace ChatOps.Configuration;

public static class ConfigurationSetup
{
    /// <summary>Gives every folder its part of the configuration: the whole, the catalog, the rules of who may, the Slack and the incident part.</summary>
    public static IServiceCollection AddConfiguration(this IServiceCollection services, ChatOpsConfig config) => services
        .AddSingleton(config)
        .AddSingleton(config.Catalog)
        .AddSingleton(config.Permissions)
        .AddSingleton(config.Slack)
        .AddSingleton(config.Incident)
        .AddSingleton(config.OnCall);
}
