namespace ChatOps.Tests.Scenarios;

/// <summary>The tests that share one bot run one after the other.</summary>
[CollectionDefinition(nameof(BadDays))]
public sealed class BadDays : ICollectionFixture<Bot>;
