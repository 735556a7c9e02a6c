using System.Text.Json;
using System.Text.RegularExpressions;
using ChatOps.Sandbox.Demo;

namespace ChatOps.Tests.Scenarios;

/// <summary>The shop's slower faults, with the shop's ordinary noise around them: what tells the cause stands among the first, and the right service is suspected first.</summary>
[Collection(nameof(WholeIncidents))]
public sealed class FaultDiagnosisTests(ITestOutputHelper output)
{
    private const int First = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public Task The_cause_is_among_the_first_log_patterns_and_its_service_is_suspected_first_for_a_slow_dependency_and_for_a_memory_leak() => Task.WhenAll(
        LookAsync("slow-dependency", "latency", "inventory.*(did not answer|timed? ?out|slow|took)|recount|stock lock", "inventory"),
        LookAsync("memory-leak", "memory", "memory|out of memory|cache", "shop"));

    private async Task LookAsync(string fault, string felt, string cause, string service)
    {
        var folder = Directory.CreateTempSubdirectory("chatops-fault-").FullName;
        await using (var demo = await DemoHost.StartAsync(
            TestDemo.Options(folder),
            output.WriteLine, Cancelled))
        {
            using var control = new ControlClient(demo.Workspace.BaseUrl);
            await control.BreakAsync(fault, Cancelled);
            await control.CommandAsync("ana", "general", "start \"The shop behaves badly\" --service shop --sev 2", Cancelled);
            await UntilRowAsync(demo, "the incident", "SELECT number::text FROM incidents");
            var channel = await control.IncidentChannelAsync(Patience, Cancelled);

            // The fault grows: a person looks again until it shows.
            await ControlClient.UntilAsync($"{felt} to show", Patience, async () =>
            {
                await StepAsync(control, channel, "assess");
                await StepAsync(control, channel, "resources");
                return await demo.RowAsync($"SELECT text FROM evidence WHERE weight IN ('Bad', 'Warning') AND (sign LIKE '%{felt}%' OR sign LIKE '%oom%') LIMIT 1", Cancelled);
            }, Cancelled);
            // The line that tells the cause may be logged a moment later than the figures show it.
            var shown = "";
            try
            {
                await ControlClient.UntilAsync($"a line about {cause} among the first {First} patterns", Patience, async () =>
                {
                    shown = await StepAsync(control, channel, "logs");
                    return Regex.Matches(shown, @"\*[1-9]\. .*?(?=\*[1-9]\. |\*Most likely|\z)", RegexOptions.Singleline).Take(First).Any(p => Regex.IsMatch(p.Value, cause, RegexOptions.IgnoreCase)) ? "" : null;
                }, Cancelled);
            }
            finally
            {
                output.WriteLine(shown);
            }
            var ranking = await demo.RowAsync("SELECT hypotheses::text FROM incident_steps WHERE hypotheses IS NOT NULL ORDER BY id DESC LIMIT 1", Cancelled) ?? "[]";
            output.WriteLine($"The ranking:\n{ranking}");
            using var document = JsonDocument.Parse(ranking);
            document.RootElement.EnumerateArray().First().GetRawText().ShouldContain($"\"{service}\"");
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Until the result can be read: a person does not ask again before that, and Slack takes about one message a second.</summary>
    private static async Task<string> StepAsync(ControlClient control, string channel, string step)
    {
        var before = (await ResultsAsync(control, channel, step)).Count;
        await control.CommandAsync("ana", channel, step, Cancelled);
        return await ControlClient.UntilAsync($"the result of {step}", Patience, async () =>
            await ResultsAsync(control, channel, step) is var results && results.Count > before ? results[^1] : null, Cancelled);
    }

    private static async Task<IReadOnlyList<string>> ResultsAsync(ControlClient control, string channel, string step) =>
        [.. (await control.MessagesAsync(channel, Cancelled)).Select(m => m.Shown).Where(m => m.Contains($"· {step}*", StringComparison.Ordinal) && m.Contains("<@U0ANA", StringComparison.Ordinal))];

    private static Task<string> UntilRowAsync(DemoHost demo, string what, string sql) => ControlClient.UntilAsync(what, Patience, () => demo.RowAsync(sql, Cancelled), Cancelled);
}
