using ChatOps.Scheduling;
using ChatOps.Slack;
using ChatOps.Slack.Interaction;

namespace ChatOps.Home;

public static class HomeSetup
{
    public static IServiceCollection AddHome(this IServiceCollection services)
    {
        services.AddSingleton<ReadHome>();
        services.AddSingleton<DrawHome>();
        services.AddSingleton<ISweepTask, RefreshHomes>();
        return services.AddSlackHandlers(h => h.Event<HomeOpenedHandler, AppHomeOpened>());
    }
}
