using ChatOps.Incidents;
using ChatOps.Scheduling;

namespace ChatOps.Reports;

public static class ReportsSetup
{
    public static IServiceCollection AddReports(this IServiceCollection services)
    {
        services.AddSingleton<ReadFigures>();
        services.AddSingleton<ISweepTask, ReportOnMondays>();
        return services.AddIncidentVerb<ReportVerb>();
    }
}
