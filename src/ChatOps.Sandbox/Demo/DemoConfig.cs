using ChatOps.Sandbox.Control;
using ChatOps.Sandbox.Shop;

namespace ChatOps.Sandbox.Demo;

/// <summary>The configuration with which a bot looks after the shop.</summary>
internal static class DemoConfig
{
    /// <param name="platformUrl">Where the shop's platform is reached.</param>
    /// <param name="listenUrl">Where the bot listens.</param>
    public static string Yaml(DemoOptions options, ShopHost shop, Uri platformUrl, Uri listenUrl, string stateFolder) =>
        $$"""
        slack:
          transport: {{(options.Transport == SlackTransport.SignedHttp ? "http" : "socket")}}
          incidents_channel: incidents
        incident:
          oncall: oncall
        permissions:
          - allow: [restart, rollback, deploy, lock, freeze, force]
            groups: [oncall]
        environments: [staging, production]
        platforms:
          shop-platform:
            type: http
            url: {{platformUrl}}
            token: ${SHOP_PLATFORM_TOKEN}
        services:
          shop:
            kind: web
            owner: oncall
            channel: deploys
            tier: 1
            depends_on: [shop-db, inventory]
            deploy:
              facing_users: true
              steps: [5, 25, 50, 100]
              watch: 15m
              limits: { min_requests: 30, min_requests_to_break: 15, step: 20s, give_up_after: 2m, error_rate: 3%, p50_times: 5, p99_times: 10 }
            environments:
              staging:
                platform: shop-platform
                health:
                  - name: ready
                    http: {{shop.StagingAddress}}ready
              production:
                platform: shop-platform
                health:
                  - name: ready
                    http: {{shop.WebAddress}}ready
                checks:
                  - name: login
                    http: {{shop.WebAddress}}login
                    method: POST
                    body: { user: {{ShopHost.ProbeUser}}, password: "${SHOP_PROBE_PASSWORD}" }
                    expect: 200
                metrics: {{shop.WebAddress}}metrics
          inventory:
            kind: web
            owner: oncall
            tier: 2
            environments:
              production:
                platform: shop-platform
                health:
                  - name: health
                    http: {{shop.InventoryAddress}}health
          shop-db:
            kind: postgres
            owner: oncall
            tier: 1
            environments:
              production:
                platform: shop-platform
                health:
                  - name: query
                    postgres: ${SHOP_DB_URL}
                    query: SELECT 1
        runbooks: {{Path.GetFullPath(options.RunbooksFolder)}}
        state: {{stateFolder}}
        listen: {{listenUrl.ToString().TrimEnd('/')}}
        """;

    public static Dictionary<string, string> Environment(SandboxHost workspace, ShopHost shop) => new(StringComparer.Ordinal)
    {
        ["SLACK_BOT_TOKEN"] = workspace.BotToken,
        ["SLACK_APP_TOKEN"] = workspace.AppToken,
        ["SLACK_SIGNING_SECRET"] = workspace.SigningSecret,
        ["SLACK_API_URL"] = workspace.ApiUrl,
        ["SHOP_PLATFORM_TOKEN"] = shop.Token,
        ["SHOP_PROBE_PASSWORD"] = ShopHost.ProbePassword,
        ["SHOP_DB_URL"] = shop.DatabaseConnection,
        ["CHATOPS_PRACTICE_CLOCK"] = workspace.ClockFile,
        ["DATABASE_URL"] = "",
    };
}
