using ChatOps.Catalog;

namespace ChatOps.Tests.Configuration;

public sealed class LogSourceReaderTests : IDisposable
{
    private readonly ConfigFile file = new();

    public void Dispose() => file.Dispose();

    [Fact]
    public void A_name_alone_is_enough()
    {
        var loki = Use("main").ShouldBeOfType<LokiUse>();
        (loki.Source, loki.Labels.Single(), loki.Query, loki.InstanceLabel).ShouldBe(("main", new KeyValuePair<string, string>("service_name", "{service}"), null, null));
        var elastic = Use("search").ShouldBeOfType<ElasticsearchUse>();
        (elastic.Source, elastic.Labels.Single(), elastic.Query, elastic.Index, elastic.Fields).ShouldBe(("search", new KeyValuePair<string, string>("service.name", "{service}"), null, "logs-*", new LogFields()));
    }

    [Fact]
    public void What_a_source_says_holds_for_its_services_unless_they_say_otherwise()
    {
        Use("main", loki: "labels: { app: '{service}' }, query: '| json', instance: pod").ShouldBeOfType<LokiUse>().InstanceLabel.ShouldBe("pod");
        var loki = Use("{ source: main, labels: { app: checkout }, query: '|= \"x\"' }", loki: "labels: { app: '{service}' }, query: '| json', instance: pod").ShouldBeOfType<LokiUse>();
        (loki.Labels.Single().Value, loki.Query, loki.InstanceLabel).ShouldBe(("checkout", "|= \"x\"", "pod"));
        var elastic = Use("{ source: search, index: 'logs-{service}-*', query: 'NOT a:b', fields: { message: msg } }", search: "fields: { level: severity, time: ts }").ShouldBeOfType<ElasticsearchUse>();
        (elastic.Index, elastic.Query, elastic.Fields).ShouldBe(("logs-{service}-*", "NOT a:b", new LogFields { Message = "msg", Level = "severity", Time = "ts" }));
    }

    [Fact]
    public void Credentials_come_from_variables_and_are_not_printed()
    {
        file.Variables["KEY"] = "tok-4711";
        var config = file.Read(Text("main", "token: '${KEY}', tenant: team-a", "api_key: '${KEY}', timeout: 2s")).Config.ShouldNotBeNull();
        var loki = config.Catalog.Loki["main"];
        (loki.Token, loki.Tenant, loki.TokenScheme).ShouldBe(("tok-4711", "team-a", "Bearer"));
        var elastic = config.Catalog.Elasticsearch["search"];
        (elastic.Token, elastic.TokenScheme, elastic.Timeout).ShouldBe(("tok-4711", "ApiKey", TimeSpan.FromSeconds(2)));
        $"{config} {loki} {elastic} {config.Catalog.Services["shop"].Environments["production"]}".ShouldNotContain("4711");
    }

    [Theory]
    [InlineData("mian", "", "", "unknown logs 'mian' in service 'shop' in production; did you mean 'main'?")]
    [InlineData("{ labels: { app: x } }", "", "", "'source' is missing")]
    [InlineData("{ source: main, labels: {} }", "", "", "'labels' is empty")]
    [InlineData("{ source: main, labels: { a.b: x } }", "", "", "'a.b' is no name of a label")]
    [InlineData("{ source: search, labels: { 'a b': x } }", "", "", "'a b' is no name of a field")]
    [InlineData("{ source: main, query: 'json' }", "", "", "'query' cannot be used")]
    [InlineData("{ source: main, query: '|= \"{service}\"' }", "", "", "'{service}' stands in 'query'")]
    [InlineData("{ source: main, index: x }", "", "", "unknown key 'index'")]
    [InlineData("{ source: search, instance: pod }", "", "", "unknown key 'instance'")]
    [InlineData("{ source: search, index: '../x' }", "", "", "'index' is no name or pattern of indices")]
    [InlineData("{ source: search, fields: { mesage: x } }", "", "", "unknown key 'mesage'")]
    [InlineData("main", "tenant: 'a b'", "", "'tenant' is no name of a tenant")]
    [InlineData("main", "token: x, username: a, password: b", "", "a token and a password are given")]
    [InlineData("main", "", "api_key: x, token: y", "a token and an API key are given")]
    [InlineData("main", "", "api_key: x, username: a, password: b", "a token and a password are given")]
    public void A_mistake_is_told(string use, string loki, string search, string told) => file.Mistake(file.Read(Text(use, loki, search))).ShouldContain(told);

    [Fact]
    public void One_name_is_one_source() =>
        file.Mistake(file.Read(Text("main", "", "").Replace("  search:", "  main:", StringComparison.Ordinal))).ShouldContain("'main' is a Loki and an Elasticsearch");

    private LogUse Use(string use, string loki = "", string search = "")
    {
        var read = file.Read(Text(use, loki, search));
        return read.Config.ShouldNotBeNull(string.Join('\n', read.Mistakes)).Catalog.Services["shop"].Environments["production"].Logs.ShouldNotBeNull();
    }

    private static string Text(string use, string loki, string search) => $$"""
        environments: [production]
        platforms: { p: { type: http, url: "http://127.0.0.1:1" } }
        loki:
          main: { url: "http://127.0.0.1:3100", {{loki}} }
        elasticsearch:
          search: { url: "http://127.0.0.1:9200", {{search}} }
        services:
          shop:
            kind: web
            tier: 2
            environments:
              production:
                platform: p
                logs: {{use}}
        """;
}
