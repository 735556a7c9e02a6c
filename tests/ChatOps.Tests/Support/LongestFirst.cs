using ChatOps.Tests.Support;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace ChatOps.Tests.Support;

/// <summary>What takes minutes, most of them spent waiting, begins first, so that nothing is waited for alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = ["DeployStoryTests", "SoakTests", "BadDays", "DeployInBrowserTests", "KilledAfterClickTests", "RealDocker", "BotImage", "AnySequenceTests", "Colleagues"];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : Xunit.Sdk.ITestCollection =>
        [.. testCollections.OrderBy(c => Array.FindIndex(Long, name => c.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) is >= 0 and var index ? index : Long.Length)];
}
