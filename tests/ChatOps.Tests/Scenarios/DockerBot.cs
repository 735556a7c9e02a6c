using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Tests.Alerts;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Scenarios;

/// <summary>A bot whose service <c>store</c> runs in a container of a real Engine.</summary>
public sealed class DockerBot(TestCluster cluster, DockerEngine docker) : AlertBot(cluster)
{
    /// <summary>The container's.</summary>
    public string Container { get; } = $"store-{Guid.NewGuid():N}"[..16];

    public int Port { get; } = FreePort.Next();

    protected override string Yaml() => base.Yaml().Replace("services:\n",
        $$"""
          engine: { type: docker, socket: {{docker.Socket}}, timeout: 20s }
        services:
          store:
            kind: web
            tier: 1
            environments:
              production: { platform: engine, name: {{Container}}, health: [ { name: answers, http: "http://127.0.0.1:{{Port}}/version" } ] }

        """, StringComparison.Ordinal);
}
