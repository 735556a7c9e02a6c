namespace ChatOps.Catalog;

/// <summary>What a platform of one type needs beyond address, token and time-out. Each adapter has its own.</summary>
public abstract record PlatformSettings
{
    /// <summary>What a name must be that services have on it; null: this one is right.</summary>
    /// <returns>The rule, as "lower-case letters, digits and '-'".</returns>
    public virtual string? RuleBrokenBy(string platformName) => null;
}

/// <summary>What a platform of one type needs to know of a service in one environment beyond its name.</summary>
public abstract record TargetSettings;
