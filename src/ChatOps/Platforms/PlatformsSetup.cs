namespace ChatOps.Platforms;

public static class PlatformsSetup
{
    /// <summary>Needs the catalog and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddPlatforms(this IServiceCollection services) => services.AddSingleton<PlatformRegistry>();
}
