using ChatOps.Cli;
using ChatOps.Sandbox.Workspace;

namespace ChatOps.Tests.Cli;

public sealed class ManifestCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chatops-manifest-");
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    [Fact]
    public async Task Without_a_file_it_is_the_manifest_with_the_default_names_and_says_so()
    {
        (await RunAsync(null)).ShouldBe(0);
        var manifest = AppManifest.Parse(output.ToString());
        manifest.Commands.Select(c => c.Command).ShouldBe(["/incident", "/deploy", "/rollback"]);
        manifest.SocketMode.ShouldBeTrue();
        error.ToString().ShouldContain("default names");
    }

    [Fact]
    public async Task It_carries_the_command_of_the_file()
    {
        Write("slack:\n  incident_command: /inc\n");
        (await RunAsync(null)).ShouldBe(0);
        AppManifest.Parse(output.ToString()).Commands.Select(c => c.Command).ShouldBe(["/inc", "/deploy", "/rollback"]);
        error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task Neither_secrets_nor_the_rest_of_the_file_are_needed()
    {
        Write("slack: { incident_command: /inc }\nplatforms:\n  p: { type: http, url: 'https://p', token: '${NOT_SET}' }\n");
        (await RunAsync(null)).ShouldBe(0);
    }

    [Fact]
    public async Task With_socket_mode_no_address_that_is_not_yours_stands_in_it()
    {
        (await RunAsync(null)).ShouldBe(0);
        output.ToString().ShouldNotContain("https://");
    }

    [Fact]
    public async Task Over_http_it_carries_the_addresses_of_the_bot()
    {
        Write("slack: { transport: http }\n");
        (await RunAsync("https://bot.shop.example/ops/")).ShouldBe(0);
        var manifest = AppManifest.Parse(output.ToString());
        manifest.SocketMode.ShouldBeFalse();
        manifest.Commands.ShouldNotBeEmpty();
        manifest.Commands.ShouldAllBe(c => c.Url == "https://bot.shop.example/ops/slack/commands");
        manifest.InteractivityUrl.ShouldBe("https://bot.shop.example/ops/slack/interactions");
    }

    [Fact]
    public async Task Over_http_without_an_address_it_prints_nothing_and_says_what_to_add()
    {
        Write("slack: { transport: http }\n");
        (await RunAsync(null)).ShouldBe(2);
        output.ToString().ShouldBeEmpty();
        error.ToString().ShouldContain("--url https://");
    }

    [Theory]
    [InlineData("http://bot.shop.example")]
    [InlineData("bot.shop.example")]
    [InlineData("https://ana:secret@bot.shop.example")]
    [InlineData("https://bot.shop.example?x=1")]
    public async Task An_address_that_Slack_cannot_call_is_refused(string url)
    {
        (await RunAsync(url)).ShouldBe(2);
        output.ToString().ShouldBeEmpty();
        error.ToString().ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_mistake_in_the_slack_part_is_told_with_its_line()
    {
        Write("slack:\n  transprot: socket\n");
        (await RunAsync(null)).ShouldBe(2);
        error.ToString().ShouldContain("chatops.yaml:2");
        error.ToString().ShouldContain("transport");
    }

    public void Dispose()
    {
        folder.Delete(recursive: true);
        output.Dispose();
        error.Dispose();
    }

    private string File => Path.Combine(folder.FullName, "chatops.yaml");

    private void Write(string yaml) => System.IO.File.WriteAllText(File, yaml);

    private Task<int> RunAsync(string? url) => ManifestCommand.RunAsync(new FileInfo(File), url, _ => null, output, error);
}
