using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChatOps.Sandbox.Demo;

/// <summary>
/// A whole incident, played by two people through the control interface: from the fault to the stored post-mortem. Every fact that must be true on the
/// way is checked, and the first one that is not ends the story.
/// </summary>
public sealed partial class HeadlessStory(DemoHost demo, string fault, Action<string> tell) : IDisposable
{
    private const string OnCall = "ana";
    private readonly ControlClient control = new(demo.Workspace.BaseUrl);
    private string channel = "";
    private int number;

    /// <summary>How long each thing may take; longer where the bot is killed, since what it held is first given up by its lease.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Called after each step: where a test kills the bot.</summary>
    public Func<string, Task> AfterStep { get; init; } = _ => Task.CompletedTask;

    /// <exception cref="StoryException">A fact was not as it must be.</exception>
    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        var isDatabase = fault == "database-down";
        await BreakAsync(cancellationToken);
        await StartAsync(cancellationToken);
        var assessed = await StepAsync("assess", "incident.verb:accept", cancellationToken);
        Check(Regex.IsMatch(assessed.Shown, "SEV1", RegexOptions.None), "the assessment suggests SEV1", assessed);
        await PressAsync(assessed.Button("incident.verb:accept")!, cancellationToken);
        await UntilRowAsync("the incident to be SEV1 with its rule",
            "SELECT severity_rule FROM incidents WHERE number = @number AND severity = 1 AND status = 'open' AND severity_rule IS NOT NULL", cancellationToken);
        await AfterStep("accept");

        await CommandAsync("logs", cancellationToken);
        var logs = await StepAsync("logs", "incident.verb:resources", cancellationToken);
        await CheckFirstPatternAsync(isDatabase ? Refused() : MissingColumn(), cancellationToken);
        await PressAsync(logs.Button("incident.verb:resources")!, cancellationToken);
        var resources = await StepAsync("resources", "incident.verb:fix", cancellationToken);
        if (isDatabase) Check(resources.Shown.Contains("NOT RUNNING", StringComparison.Ordinal), "the database is shown not running", resources);
        await CheckFirstHypothesisAsync(isDatabase ? "shop-db" : "shop", isDatabase ? "database|shop-db|oom" : "release|v42|deploy", cancellationToken);

        await PressAsync(resources.Button("incident.verb:fix")!, cancellationToken);
        var fix = await StepAsync("fix", "fix.choose", cancellationToken);
        var kind = isDatabase ? "restart" : "rollback";
        await PressAsync(fix.Button("fix.choose", kind)!, cancellationToken);
        var card = await UntilMessageAsync("the card that asks", m => m.Button("action.confirm") is not null, cancellationToken);
        tell($"The card:\n{Indent(card.Shown)}");
        await AfterStep("card");
        Check(await RowAsync("SELECT count(*)::text FROM operations", cancellationToken) == "0", "nothing was done before the button was pressed", card);
        Check(demo.Shop.Snapshot().Truth.LoginOkSince is null, "the shop is still broken while the card waits", card);

        await PressAsync(card.Button("action.confirm")!, cancellationToken);
        await AfterStep("confirm");
        await UntilRowAsync("the operation to succeed", "SELECT outcome FROM operations WHERE state = 'succeeded'", cancellationToken);
        Check(await RowAsync("SELECT count(*)::text FROM operations", cancellationToken) == "1", "exactly one operation ran", card);
        if (isDatabase)
        {
            Check(await RowAsync("SELECT text FROM evidence e, operations o WHERE e.incident = @number AND e.step_id IS NULL AND e.recorded_at <= o.called_at + interval '1 second' LIMIT 1", cancellationToken) is not null,
                "the dying database's last lines were saved before the restart", card);
        }
        var done = await UntilMessageAsync("the word that it is done", m => m.Button("incident.verb:verify") is not null && string.CompareOrdinal(m.Ts, card.Ts) > 0, cancellationToken);
        await AfterStep("operation");

        await VerifyAsync(done, cancellationToken);

        await PassHealthyMinutesAsync(cancellationToken);
        await AfterStep("watch");
        await CommandAsync(isDatabase ? "resolve Restarted shop-db" : "resolve Rolled shop back to v41", cancellationToken);
        var markdown = await UntilRowAsync("the post-mortem to be stored", "SELECT markdown FROM post_mortems WHERE incident = @number ORDER BY version DESC LIMIT 1", cancellationToken);
        await AfterStep("resolve");
        await CheckPostMortemAsync(markdown, cancellationToken);
        tell($"The post-mortem:\n{Indent(markdown)}");
    }

    public void Dispose() => control.Dispose();

    private async Task BreakAsync(CancellationToken cancellationToken)
    {
        tell($"Breaking the shop: {fault}");
        await control.BreakAsync(fault, cancellationToken);
        await UntilAsync("logins to fail", () => Task.FromResult(demo.Shop.Snapshot().Truth.LoginFailingSince is { } since ? $"{since:O}" : null), cancellationToken);
        tell($"Logins fail since {demo.Shop.Snapshot().Truth.LoginFailingSince:HH:mm:ss.fff} UTC");
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await CommandAsync("start \"Nobody can log in\" --service shop", cancellationToken, "general");
        channel = await control.IncidentChannelAsync(Patience, cancellationToken);
        number = int.Parse(channel.Split('-')[1], CultureInfo.InvariantCulture);
        tell($"Channel #{channel}");
        await AfterStep("start");
    }

    /// <summary>Waits for the newest step of that name to be finished and shown with its next button.</summary>
    private async Task<SeenMessage> StepAsync(string step, string next, CancellationToken cancellationToken)
    {
        await UntilRowAsync($"{step} to be recorded", $"SELECT coalesce(outcome, 'done') FROM incident_steps WHERE incident = @number AND step = '{step}' AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 1", cancellationToken);
        var message = await UntilMessageAsync($"the result of {step}", m => m.Button(next) is not null && m.Shown.Contains($"Incident {number} · {step}", StringComparison.Ordinal), cancellationToken);
        tell($"{step}:\n{Indent(message.Shown)}");
        await AfterStep(step);
        return message;
    }

    /// <summary>A no-go is looked at again, as a person would: on a busy machine the figures take a while to come back.</summary>
    private async Task VerifyAsync(SeenMessage from, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await PressAsync(from.Button("incident.verb:verify")!, cancellationToken);
            var count = attempt.ToString(CultureInfo.InvariantCulture);
            var passed = await UntilRowAsync("verify to be recorded",
                $"SELECT (array_agg(passed ORDER BY id DESC))[1]::text FROM incident_steps WHERE incident = @number AND step = 'verify' AND finished_at IS NOT NULL HAVING count(*) >= {count}", cancellationToken);
            if (passed == "true") break;
            from = await UntilMessageAsync("the no-go", m => m.Shown.Contains("NO-GO", StringComparison.Ordinal) && m.Button("incident.verb:verify") is not null, cancellationToken);
            if (attempt == 6) throw new StoryException($"Verify did not pass in six attempts. The last:\n{from.Shown}");
        }
        var verified = await StepAsync("verify", "incident.verb:resolve", cancellationToken);
        Check(verified.Shown.Contains("login", StringComparison.OrdinalIgnoreCase), "verify logged in for real", verified);
    }

    private async Task PassHealthyMinutesAsync(CancellationToken cancellationToken)
    {
        // The shop, its customers and the probes are real; only the waiting is shortened, one probe interval at a time.
        for (var i = 0; i < 14; i++)
        {
            if (await RowAsync("SELECT mitigated_at::text FROM incidents WHERE number = @number", cancellationToken) is not null) return;
            var before = await RowAsync("SELECT count(*)::text FROM probes WHERE incident = @number", cancellationToken);
            await control.AdvanceAsync(TimeSpan.FromSeconds(30), cancellationToken);
            await UntilAsync("the next probe", async () => await RowAsync("SELECT count(*)::text FROM probes WHERE incident = @number", cancellationToken) is { } now && now != before ? now : null, cancellationToken);
        }
        await UntilRowAsync("five healthy minutes", "SELECT mitigated_at::text FROM incidents WHERE number = @number AND mitigated_at IS NOT NULL", cancellationToken);
    }

    private async Task CheckFirstPatternAsync(Regex cause, CancellationToken cancellationToken)
    {
        var first = await RowAsync("SELECT text || ' ' || data::text FROM evidence WHERE incident = @number AND sign LIKE 'log.%' ORDER BY id LIMIT 1", cancellationToken);
        if (first is null || !cause.IsMatch(first)) throw new StoryException($"The first log pattern must name the cause ({cause}), and it is: {first ?? "none"}");
    }

    private async Task CheckFirstHypothesisAsync(string service, string about, CancellationToken cancellationToken)
    {
        var ranking = await UntilRowAsync("the ranking", "SELECT hypotheses::text FROM incident_steps WHERE incident = @number AND hypotheses IS NOT NULL ORDER BY id DESC LIMIT 1", cancellationToken);
        using var document = JsonDocument.Parse(ranking);
        var first = document.RootElement.EnumerateArray().FirstOrDefault();
        var text = first.ValueKind == JsonValueKind.Undefined ? "none" : first.GetRawText();
        if (!text.Contains($"\"{service}\"", StringComparison.Ordinal) || !Regex.IsMatch(text, about, RegexOptions.IgnoreCase))
            throw new StoryException($"The first hypothesis must be about {service} ({about}), and it is: {text}");
    }

    private async Task CheckPostMortemAsync(string markdown, CancellationToken cancellationToken)
    {
        var truth = demo.Shop.Snapshot().Truth;
        if (truth.LoginFailingSince is not { } failing || truth.LoginOkSince is not { } ok) throw new StoryException("The shop does not know when logins failed and worked again.");
        var bot = await RowAsync("SELECT extract(epoch FROM mitigated_at - onset_at)::text FROM incidents WHERE number = @number", cancellationToken) ?? throw new StoryException("No downtime was measured.");
        var (measured, true_) = (double.Parse(bot, CultureInfo.InvariantCulture), (ok - failing).TotalSeconds);
        var times = await RowAsync("SELECT to_char(onset_at, 'HH24:MI:SS.MS') || ' to ' || to_char(mitigated_at, 'HH24:MI:SS.MS') FROM incidents WHERE number = @number", cancellationToken);
        tell(string.Create(CultureInfo.InvariantCulture, $"Downtime: the shop itself saw {true_:F1} s ({failing:HH:mm:ss.fff} to {ok:HH:mm:ss.fff}), the bot measured {measured:F1} s ({times})"));
        if (Math.Abs(measured - true_) > 1.0) throw new StoryException(string.Create(CultureInfo.InvariantCulture, $"The downtime must be right to the second: {measured:F1} s against {true_:F1} s."));

        var at = -1;
        foreach (var step in (string[])["assess", "logs", "resources", "fix", "verify"])
        {
            var next = markdown.IndexOf(step, at + 1, StringComparison.OrdinalIgnoreCase);
            if (next < 0) throw new StoryException($"The post-mortem lacks the step {step}, or has it out of order:\n{markdown}");
            at = next;
        }
    }

    private async Task CommandAsync(string text, CancellationToken cancellationToken, string? where = null)
    {
        tell($"@{OnCall}: /incident {text}");
        await control.CommandAsync(OnCall, where ?? channel, text, cancellationToken);
    }

    private async Task PressAsync(SeenButton button, CancellationToken cancellationToken)
    {
        tell($"@{OnCall} presses [{button.Label}]");
        await control.ClickAsync(OnCall, button, cancellationToken);
    }

    private Task<SeenMessage> UntilMessageAsync(string what, Func<SeenMessage, bool> fits, CancellationToken cancellationToken) => control.UntilMessageAsync(channel, what, Patience, fits, cancellationToken);

    private Task<string> UntilRowAsync(string what, string sql, CancellationToken cancellationToken) => UntilAsync(what, () => RowAsync(sql, cancellationToken), cancellationToken);

    private Task<string> UntilAsync(string what, Func<Task<string?>> look, CancellationToken cancellationToken) => ControlClient.UntilAsync(what, Patience, look, cancellationToken);

    private Task<string?> RowAsync(string sql, CancellationToken cancellationToken) => demo.RowAsync(sql, cancellationToken, ("number", number));

    private static void Check(bool fact, string what, SeenMessage seen)
    {
        if (!fact) throw new StoryException($"It must be true that {what}. What was shown:\n{seen.Shown}");
    }

    private static string Indent(string text) => "    " + text.TrimEnd().ReplaceLineEndings("\n    ");

    [GeneratedRegex("ECONNREFUSED|[Cc]onnection refused|Failed to connect|57P0|terminating connection")]
    private static partial Regex Refused();

    [GeneratedRegex("column .* does not exist|42703", RegexOptions.IgnoreCase)]
    private static partial Regex MissingColumn();
}
