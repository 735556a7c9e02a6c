using ChatOps.Timeline;

namespace ChatOps.Permissions;

public static class PermissionsSetup
{
    /// <summary>Needs the rules of the configuration, the Slack client and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddPermissions(this IServiceCollection services) => services
        .AddSingleton<SlackDirectory>()
        .AddSingleton<PermissionCheck>();
}
