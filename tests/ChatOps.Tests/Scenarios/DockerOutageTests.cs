using System.Text.Json.Nodes;
using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Alerts;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Scenarios;

/// <summary>An incident in which nothing is simulated but Slack: a web server in a container of a real Engine runs out of its memory and stays down.</summary>
[Collection(nameof(RealDocker))]
public sealed class DockerOutageTests(DockerBot bot, DockerEngine docker, ITestOutputHelper output) : IClassFixture<DockerBot>, IAsyncLifetime
{
    private const string Repository = "store";

    /// <summary>The machine may be busy with everything else that is tested.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private Declared incident = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Fault => Path.Combine(docker.Folder, bot.Container);

    public async ValueTask InitializeAsync()
    {
        docker.Need();
        Assert.SkipUnless(docker.LimitsMemory, "The kernel of this machine limits no container's memory.");
        Directory.CreateDirectory(Fault);
        // A burst of orders is a file; what eats the memory is the main process, so that its end is the container's.
        await docker.ImportAsync(Repository, "v1",
            $"""CMD ["sh","-c","echo store listens on {bot.Port}; httpd -f -p 127.0.0.1:{bot.Port} -h / & while [ ! -e /fault/orders ]; do echo INFO order is kept; sleep 0.2; done; echo 'ERROR order cache grows: 40000 orders wait'; exec tail /dev/zero"]""");
        var container = new JsonObject
        {
            ["Image"] = $"{Repository}:v1", ["StopTimeout"] = 1,
            ["HostConfig"] = new JsonObject { ["NetworkMode"] = "host", ["Memory"] = 24 * 1024 * 1024, ["Binds"] = new JsonArray($"{Fault}:/fault:ro") },
        };
        await docker.RunAsync(bot.Container, container);
    }

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(Fault)) await docker.RemoveAsync(bot.Container);
    }

    [Fact]
    public async Task A_container_that_ran_out_of_memory_goes_from_the_alert_to_a_stored_post_mortem()
    {
        await Until.TrueAsync(AnswersAsync, "the store answers", Patience);
        await Until.TrueAsync(async () => await OrdersAsync() > 20, "it has a while of ordinary life behind it", Patience);
        var struck = TimeProvider.System.GetUtcNow();
        await File.WriteAllTextAsync(Path.Combine(Fault, "orders"), "", Cancelled);
        await Until.TrueAsync(async () => (bool?)(await docker.InspectAsync(bot.Container))["State"]!["Running"] == false, "the store is down", Patience);
        File.Delete(Path.Combine(Fault, "orders"));
        var before = (string?)(await docker.InspectAsync(bot.Container))["State"]!["StartedAt"];

        using (var unknown = await bot.PostAsync("alertmanager", TestAlert.Body("{}", new TestAlert("StoreDown", "store")), AlertBot.Bearer("somebody-elses")))
            unknown.StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        await bot.AlertAsync(new TestAlert("StoreDown", "store") { Summary = "Nobody can order", StartsAt = struck.ToString("o") });
        incident = await bot.IncidentOfAsync("store");
        await bot.CommandAsync("ana", incident.Channel, "accept");

        await StepAsync("assess", "incident.verb:logs");
        await bot.CommandAsync("ana", incident.Channel, "logs");
        var logs = await StepAsync("logs", "incident.verb:resources");
        // The container was made a moment ago, so that nothing earlier is there to compare with; what sounds like trouble still stands first.
        logs.Shown.IndexOf("ERROR order cache grows", StringComparison.Ordinal).ShouldBeInRange(0, logs.Shown.IndexOf("INFO order is kept", StringComparison.Ordinal), logs.Shown);
        await bot.CommandAsync("ana", incident.Channel, "resources");
        var resources = await StepAsync("resources", "incident.verb:fix");
        resources.Shown.ShouldContain("NOT RUNNING");
        (await EvidenceAsync("oom")).ShouldContain("OOM", Case.Insensitive, resources.Shown);

        await bot.PressAsync("ana", resources.Button("incident.verb:fix")!);
        var fix = await StepAsync("fix", "fix.choose");
        await bot.PressAsync("ana", fix.Button("fix.choose", "restart")!);
        var card = await SeeAsync("the card that asks", m => m.Button("action.confirm") is not null);
        await bot.PressAsync("dmitri", card.Button("action.confirm")!);
        await bot.IdleAsync();
        ((bool?)(await docker.InspectAsync(bot.Container))["State"]!["Running"]).ShouldBe(false, "nothing is done before somebody who may has pressed");
        await bot.PressAsync("ana", card.Button("action.confirm")!);
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT state FROM operations") is "succeeded" or "failed" or "unknown", "the operation has an end", Patience);
        (await bot.ValueAsync<string>("SELECT state || ': ' || outcome FROM operations")).ShouldNotBeNull().ShouldStartWith("succeeded: ");
        ((string?)(await docker.InspectAsync(bot.Container))["State"]!["StartedAt"]).ShouldNotBe(before);
        (await AnswersAsync()).ShouldBeTrue();
        // Who pressed stands at the Engine, too.
        (await docker.GetAsync("volumes"))["Volumes"]!.AsArray().Count(v => (string?)v!["Labels"]?["chatops.target"] == bot.Container && (string?)v["Labels"]!["chatops.actor"] is { Length: > 0 }).ShouldBe(1);

        await VerifyAsync();
        await PassHealthyMinutesAsync();
        await bot.CommandAsync("ana", incident.Channel, "resolve Restarted the store");
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM post_mortems WHERE incident = @Number", incident) > 0, "the post-mortem is stored", Patience);
        var markdown = (await bot.ValueAsync<string>("SELECT markdown FROM post_mortems WHERE incident = @Number ORDER BY version DESC LIMIT 1", incident))!;
        output.WriteLine(markdown);
        markdown.ShouldContain("Restarted the store");
        foreach (var step in new[] { "assess", "logs", "resources", "fix", "verify" }) markdown.ShouldContain(step, Case.Insensitive);
    }

    /// <summary>Waits for the newest step of that name to be finished and shown with its next button.</summary>
    private async Task<SeenMessage> StepAsync(string step, string next)
    {
        await Until.TrueAsync(
            async () => await bot.ValueAsync<int>("SELECT count(*) FROM incident_steps WHERE incident = @Number AND step = @step AND finished_at IS NOT NULL", new { incident.Number, step }) > 0, $"{step} is recorded", Patience);
        return await SeeAsync($"the result of {step}", m => m.Button(next) is not null && m.Shown.Contains($"Incident {incident.Number} · {step}", StringComparison.Ordinal));
    }

    /// <summary>A no-go is looked at again, as a person would.</summary>
    private async Task VerifyAsync()
    {
        for (var attempt = 1; attempt <= 6; attempt++)
        {
            await bot.CommandAsync("ana", incident.Channel, "verify");
            bool[] passed = [];
            await Until.TrueAsync(
                async () => (passed = [.. await bot.RowsAsync<bool>("SELECT coalesce(passed, false) FROM incident_steps WHERE incident = @Number AND step = 'verify' AND finished_at IS NOT NULL ORDER BY id", incident)]).Length >= attempt, "verify is recorded", Patience);
            if (passed[^1]) return;
        }
        Assert.Fail($"Verify did not pass in six attempts. The last:\n{(await bot.Control.MessagesAsync(incident.Channel, Cancelled)).Last(m => m.Shown.Contains("NO-GO", StringComparison.Ordinal)).Shown}");
    }

    /// <summary>The container and its probes are real; only the waiting is shortened, one probe interval at a time.</summary>
    private async Task PassHealthyMinutesAsync()
    {
        for (var i = 0; i < 20; i++)
        {
            if (await bot.ValueAsync<DateTimeOffset?>("SELECT mitigated_at FROM incidents WHERE number = @Number", incident) is not null) return;
            var before = await bot.ValueAsync<int>("SELECT count(*) FROM probes WHERE incident = @Number", incident);
            await bot.Control.AdvanceAsync(TimeSpan.FromSeconds(30), Cancelled);
            await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM probes WHERE incident = @Number", incident) > before, "the next probe has looked", Patience);
        }
        Assert.Fail("Ten healthy minutes, and nothing is mitigated.");
    }

    private async Task<string> EvidenceAsync(string sign) =>
        string.Join('\n', await bot.RowsAsync<string>("SELECT text || ' ' || coalesce(data::text, '') FROM evidence WHERE incident = @Number AND sign LIKE '%' || @sign || '%'", new { incident.Number, sign }));

    private async Task<SeenMessage> SeeAsync(string what, Func<SeenMessage, bool> fits)
    {
        SeenMessage? seen = null;
        IReadOnlyList<SeenMessage> all = [];
        try
        {
            await Until.TrueAsync(async () => (seen = (all = await bot.Control.MessagesAsync(incident.Channel, Cancelled)).LastOrDefault(fits)) is not null, what, Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} What stands there:\n{string.Join("\n---\n", all.TakeLast(4).Select(m => m.Shown))}", e);
        }
        return seen!;
    }

    /// <summary>Lines in its log.</summary>
    private async Task<int> OrdersAsync() => (await docker.LogAsync(bot.Container)).Split("order is kept").Length - 1;

    private async Task<bool> AnswersAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true);
        try
        {
            return await http.GetStringAsync(new Uri($"http://127.0.0.1:{bot.Port}/version"), Cancelled) == "v1\n";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
