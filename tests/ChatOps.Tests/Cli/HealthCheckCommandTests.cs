using System.Net;
using ChatOps.Cli;
using ChatOps.Sandbox.Shop.Platform;

namespace ChatOps.Tests.Cli;

public sealed class HealthCheckCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chatops-healthcheck-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("http://127.0.0.1:{0}")]
    [InlineData("http://0.0.0.0:{0}")]
    public async Task The_bot_is_asked_where_its_configuration_listens(string listen)
    {
        await using var bot = await StartAsync(200, "ready");
        var file = Write(string.Format(System.Globalization.CultureInfo.InvariantCulture, listen, new Uri(bot.Urls.Single()).Port));
        (await RunAsync(file, url: null)).ShouldBe((0, "ready"));
    }

    [Fact]
    public async Task What_is_not_ready_says_why()
    {
        await using var bot = await StartAsync(503, "waiting for the database");
        (await RunAsync(new("none.yaml"), bot.Urls.Single() + "/health/ready")).ShouldBe((1, "waiting for the database"));
    }

    [Fact]
    public async Task Where_nobody_listens_that_is_said()
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}/health/ready";
        (await RunAsync(new("none.yaml"), url)).ShouldBe((1, $"{url} cannot be reached: connection refused"));
    }

    [Fact]
    public async Task A_configuration_with_a_mistake_is_not_ready()
    {
        var (code, line) = await RunAsync(new(Path.Combine(folder.FullName, "none.yaml")), url: null);
        code.ShouldBe(1);
        line.ShouldContain("there is no such file");
    }

    private static async Task<(int Code, string Line)> RunAsync(FileInfo file, string? url)
    {
        using var output = new StringWriter();
        var code = await HealthCheckCommand.RunAsync(file, url, name => name == "SHOP_DB_URL" ? "postgres://probe@shop-db/shop" : null, output, TestContext.Current.CancellationToken);
        return (code, output.ToString().Trim());
    }

    private static async Task<WebApplication> StartAsync(int status, string text)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.MapGet("/health/ready", () => Results.Text(text, statusCode: status));
        await app.StartAsync();
        return app;
    }

    private FileInfo Write(string listen)
    {
        var file = Path.Combine(folder.FullName, "chatops.yaml");
        File.WriteAllText(file, File.ReadAllText(Path.Combine(Repository.Root, "manifest", "kubernetes", "chatops.yaml")).Replace("http://0.0.0.0:8080", listen, StringComparison.Ordinal));
        return new(file);
    }
}
