using ChatOps.Tests.Support;

namespace ChatOps.Tests.Scenarios;

/// <summary>The same bot, reached by signed requests.</summary>
public sealed class HttpBot(TestCluster cluster) : Bot(cluster)
{
    protected override global::ChatOps.Sandbox.Control.SlackTransport Transport => global::ChatOps.Sandbox.Control.SlackTransport.SignedHttp;
}
