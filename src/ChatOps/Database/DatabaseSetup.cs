using Npgsql;

namespace ChatOps.Database;

public static class DatabaseSetup
{
    public static IServiceCollection AddDatabase(this IServiceCollection services, DatabaseLocation location)
    {
        services.AddSingleton(location);
        services.AddSingleton(_ => new NpgsqlDataSourceBuilder(location.ConnectionString).Build());
        services.AddSingleton<Transactions>();
        services.AddSingleton<Migrator>();
        services.AddSingleton<DatabaseStart>();
        services.AddHostedService(p => p.GetRequiredService<DatabaseStart>());
        return services;
    }
}
