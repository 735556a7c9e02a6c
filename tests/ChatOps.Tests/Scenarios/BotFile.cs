namespace ChatOps.Tests.Scenarios;

/// <summary>The <c>chatops.yaml</c> of a <see cref="Bot"/>: a shop of four services in production.</summary>
internal static class BotFile
{
    /// <param name="http">Slack reaches it by signed requests.</param>
    /// <param name="state">A folder of its own.</param>
    public static string Yaml(bool http, string onCall, Uri shop, Uri listen, string state) =>
        $$"""
        slack:
          transport: {{(http ? "http" : "socket")}}
          incidents_channel: incidents
        incident:
          oncall: {{onCall}}
          stakeholders_channel: deploys
        permissions:
          - allow: [restart, rollback, silence, deploy, lock, freeze]
            groups: [oncall]
        environments: [production]
        friday: off
        platforms:
          shop-platform:
            type: http
            url: {{shop}}
            token: {{StubShop.Token}}
            timeout: 2s
        services:
          shop:
            kind: web
            tier: 1
            depends_on: [shop-db]
            environments:
              production: { platform: shop-platform, health: [ { name: ready, http: "{{shop}}health/shop" } ] }
          shop-db:
            kind: postgres
            tier: 1
            environments:
              production: { platform: shop-platform, health: [ { name: query, http: "{{shop}}health/shop-db" } ] }
          mailer:
            kind: worker
            tier: 3
            environments:
              production: { platform: shop-platform, health: [ { name: ready, http: "{{shop}}health/mailer" } ] }
          search:
            kind: web
            tier: 3
            environments:
              production: { platform: shop-platform, health: [ { name: ready, http: "{{shop}}health/search" } ] }
        runbooks: {{Path.Combine(Repository.Root, "runbooks")}}
        state: {{state}}
        listen: {{listen.ToString().TrimEnd('/')}}
        """;
}
