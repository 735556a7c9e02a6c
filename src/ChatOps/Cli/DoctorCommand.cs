using ChatOps.Alerts;
using ChatOps.Cli.Doctor;
using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.OnCall.PagerDuty;
using ChatOps.Platforms;
using ChatOps.Slack.WebApi;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Probes;
using ChatOps.Telemetry.Prometheus;
using ChatOps.Telemetry.Scrape;
using ChatOps.Timeline;

namespace ChatOps.Cli;

/// <summary><c>doctor</c>: looks at everything the bot needs, all at once, and says in one line each what is so and what to do. Changes nothing.</summary>
internal static class DoctorCommand
{
    /// <param name="env">An environment variable's value, or null.</param>
    /// <returns>0; 1 when something fails.</returns>
    public static async Task<int> RunAsync(FileInfo file, Func<string, string?> env, TextWriter output, CancellationToken cancellationToken)
    {
        var read = ConfigReader.Read(file.ToString(), env);
        if (!read.IsValid)
        {
            foreach (var finding in FileChecks.Mistakes(read.Mistakes)) await output.WriteLineAsync(finding.ToString());
            await output.WriteLineAsync("Nothing else was looked at: mend the configuration first.");
            return 1;
        }

        var config = read.Config;
        var time = TimeProvider.System;
        using var slack = new SlackApiClient(BotHost.SlackOptionsOf(config.Slack), time);
        using var directory = new SlackDirectory(slack, time);
        using var web = new SocketsHttpHandler();
        using var platforms = new PlatformRegistry(config.Catalog, time);
        using var scrape = new ScrapeClient();
        using var prometheus = new PrometheusSources(config.Catalog, time);
        using var logs = new LogSources(config.Catalog, time);
        using var alertmanager = new AlertmanagerClient();
        using var pagerDuty = new PagerDutyClient(config.OnCall);
        using var prober = new Prober(config.Catalog, time);
        var database = DatabaseLocation.From(config.DatabaseUrl, config.DatabaseOwnerUrl, config.StateFolder);

        Check[] checks =
        [
            new("configuration", TimeSpan.FromSeconds(5), _ => Task.FromResult<IReadOnlyList<Finding>>([FileChecks.Configuration(config)])),
            new("runbooks", TimeSpan.FromSeconds(5), _ => Task.FromResult(FileChecks.Runbooks(config.RunbooksFolder))),
            .. SlackChecks.Of(config, slack, directory, new SlackClock(config.Slack.ApiUrl, web, time)),
            .. new OnCallChecks(config, directory, pagerDuty, time).All(),
            .. new DatabaseChecks(database, config.DatabaseUrl, config.Catalog, time).All(),
            .. new CatalogChecks(config.Catalog, platforms, new TargetSources(config.Catalog, platforms, scrape, prometheus, time, logs), prober, time).All(),
            .. new PrometheusChecks(config.Catalog, prometheus, time).All(),
            .. new LogSourceChecks(config.Catalog, logs, time).All(),
            .. new AlertChecks(config, alertmanager).All(),
        ];
        return await TellAsync(Checkup.RunAsync(checks, cancellationToken), output);
    }

    private static async Task<int> TellAsync(IAsyncEnumerable<Finding> findings, TextWriter output)
    {
        var counts = new int[3];
        await foreach (var finding in findings)
        {
            counts[(int)finding.Verdict]++;
            await output.WriteLineAsync(finding.ToString());
        }
        await output.WriteLineAsync($"{counts[(int)Verdict.Ok]} ok, {counts[(int)Verdict.Warn]} warn, {counts[(int)Verdict.Fail]} FAIL");
        return counts[(int)Verdict.Fail] == 0 ? 0 : 1;
    }
}
