using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Platforms.Pipelines;

namespace ChatOps.Tests.Configuration;

public sealed class PipelineReaderTests
{
    private const string Health = "health: [{ name: ready, http: 'http://127.0.0.1:1/' }]";

    [Fact]
    public void A_workflow_is_all_that_GitHub_needs_to_be_told()
    {
        var (platform, settings) = Valid("type: github, token: t", $"name: acme/shop, deploy: {{ workflow: deploy.yml }}, {Health}");
        (platform.Url, platform.Settings).ShouldBe((new Uri("https://api.github.com"), new PipelinePlatformSettings("github", User: null, Authorities: null)));
        var deploy = settings.Deploy.ShouldNotBeNull();
        (deploy.Job, deploy.Ref, deploy.RunName, settings.Tag).ShouldBe(("deploy.yml", "main", "Deploy {version} to {environment} ({operation_id})", "{version}"));
        deploy.Inputs.ShouldBe(new Dictionary<string, string> { ["version"] = "{version}", ["environment"] = "{environment}", ["operation_id"] = "{operation_id}" });
        settings.Restart.ShouldBeNull();
    }

    [Fact]
    public void GitLabs_variables_have_capitals_and_a_restart_one_of_its_own()
    {
        var (platform, settings) = Valid("type: gitlab, token: t", $"name: acme/shop, deploy: {{}}, restart: {{ ref: ops }}, {Health}");
        platform.Url.ShouldBe(new Uri("https://gitlab.com"));
        settings.Deploy.ShouldNotBeNull().Inputs.Keys.ShouldBe(["VERSION", "ENVIRONMENT", "OPERATION_ID"], ignoreOrder: true);
        settings.Restart.ShouldNotBeNull().Ref.ShouldBe("ops");
        settings.Restart.Inputs["ACTION"].ShouldBe("restart");
    }

    [Fact]
    public void Jenkins_names_jobs()
    {
        var (platform, settings) = Valid("type: jenkins, url: 'http://127.0.0.1:1', user: bot, token: t", $"deploy: {{ job: team/shop-deploy, inputs: {{ VERSION: 'v{{version}}', OP: '{{operation_id}}' }} }}, builds: team/shop, {Health}");
        ((PipelinePlatformSettings)platform.Settings!).User.ShouldBe("bot");
        (settings.Deploy.ShouldNotBeNull().Job, settings.Builds).ShouldBe(("team/shop-deploy", "team/shop"));
        settings.Deploy.Inputs["VERSION"].ShouldBe("v{version}");
    }

    [Theory]
    [InlineData("type: github", "name: acme/shop, deploy: { workflow: d.yml }, " + Health, "'token' is missing in platform 'p'")]
    [InlineData("type: jenkins, url: 'http://127.0.0.1:1', token: t", "deploy: { job: j }, " + Health, "'user' is missing in platform 'p'")]
    [InlineData("type: jenkins, user: u, token: t", "deploy: { job: j }, " + Health, "'url' is missing in platform 'p'")]
    [InlineData("type: github, token: t", "name: shop, deploy: { workflow: d.yml }, " + Health, "'shop' is no name of a service on github in service 'shop' in production")]
    [InlineData("type: github, token: t", "name: acme/shop, deploy: { workflow: d.yml }", "'health' is missing in service 'shop' in production")]
    [InlineData("type: github, token: t", "name: acme/shop, " + Health, "neither 'deploy' nor 'restart' says what to start in service 'shop' in production")]
    [InlineData("type: github, token: t", "name: acme/shop, deploy: { ref: main }, " + Health, "'workflow' is missing in deploy in service 'shop' in production")]
    [InlineData("type: github, token: t", "name: acme/shop, deploy: { workflow: ../d.yml }, " + Health, "'workflow' is no file of a workflow")]
    [InlineData("type: github, token: t", "name: acme/shop, deploy: { workflow: d.yml, run_name: 'Deploy {version}' }, " + Health, "'run_name' does not hold {operation_id}")]
    [InlineData("type: github, token: t", "name: acme/shop, deploy: { workflow: d.yml, inputs: { operation_id: '{operation_id}' } }, " + Health, "'inputs' does not hold {version}")]
    [InlineData("type: github, token: t", "name: acme/shop, deploy: { workflow: d.yml, ref: '{verson}' }, " + Health, "unknown placeholder '{verson}'")]
    [InlineData("type: github, token: t", "name: acme/shop, tag: release, deploy: { workflow: d.yml }, " + Health, "'tag' does not hold {version}")]
    [InlineData("type: gitlab, token: t", "name: acme/shop, restart: { inputs: { V: '{version}', OP: '{operation_id}' } }, " + Health, "'inputs' holds {version}")]
    [InlineData("type: jenkins, url: 'http://127.0.0.1:1', user: u, token: t", "deploy: { job: j }, restart: { job: j }, " + Health, "'deploy' and 'restart' name the same job")]
    [InlineData("type: gitlab, token: t", "name: acme/shop, deploy: {}, builds: x, " + Health, "unknown key 'builds' in service 'shop' in production")]
    [InlineData("type: http, url: 'http://127.0.0.1:1'", "deploy: { workflow: d.yml }, " + Health, "unknown key 'deploy' in service 'shop' in production")]
    public void What_is_wrong_is_one_line(string platform, string environment, string told) =>
        Read(platform, environment).Mistakes.ShouldHaveSingleItem().ToString().ShouldContain(told);

    private static (PlatformDefinition, PipelineSettings) Valid(string platform, string environment)
    {
        var read = Read(platform, environment);
        read.Mistakes.ShouldBeEmpty();
        var catalog = read.Config!.Catalog;
        return (catalog.Platforms["p"], catalog.Services["shop"].Environments["production"].Settings.ShouldBeOfType<PipelineSettings>());
    }

    private static ConfigResult Read(string platform, string environment)
    {
        using var file = new ConfigFile();
        return file.Read($$"""
            environments: [production]
            platforms:
              p: { {{platform}} }
            services:
              shop: { kind: web, tier: 1, environments: { production: { platform: p, {{environment}} } } }
            """);
    }
}
