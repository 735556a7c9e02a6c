using System.Text.RegularExpressions;

namespace ChatOps.Sandbox.Demo;

/// <summary>
/// Three deploys to production, played through the control interface on real processes and real traffic: a good release that comes in by canary, a bad one
/// that goes back by itself before a quarter of the traffic sees it, and one of which too little traffic tells anything, that asks. Only the watch is shortened.
/// </summary>
public sealed partial class DeployStory(DemoHost demo, Action<string> tell) : IDisposable
{
    private const string Person = "ana";
    private const string Channel = "incidents";
    private const string Team = "deploys";
    private const int Width = 150;
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private readonly ControlClient control = new(demo.Workspace.BaseUrl);

    /// <exception cref="StoryException">A fact was not as it must be.</exception>
    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        await GoodAsync(cancellationToken);
        await BadAsync(cancellationToken);
        await WithoutTrafficAsync(cancellationToken);
    }

    /// <summary>Staging refuses nothing, production wants it there first; then the canary takes every share.</summary>
    public async Task GoodAsync(CancellationToken cancellationToken)
    {
        await CommandAsync("shop v43 to production", cancellationToken);
        var refused = await MessageAsync("the refusal", m => m.VisibleTo is not null && m.Shown.Contains("staging", StringComparison.OrdinalIgnoreCase) && m.Shown.Contains("not now", StringComparison.Ordinal), cancellationToken);
        tell($"Refused: {Brief(Lines(refused).Take(2))}");
        await StageAsync("v43", cancellationToken);
        var operation = await PressAsync("v43", "production", cancellationToken);
        await OutcomeAsync(operation, "succeeded", "v43 in production", cancellationToken);
        Check(Version() == "v43", $"v43 runs, and it is {Version()}");
        var told = await control.UntilMessageAsync(Team, "the team to be told", Short, m => m.Shown.Contains("Deploy shop v43 to production is done", StringComparison.Ordinal), cancellationToken);
        Check((await control.MessagesAsync(Team, cancellationToken)).Any(m => m.Shown.Contains("Deploy shop v43 to production begins", StringComparison.Ordinal)), "the team was told that it began");
        tell($"#{Team} reads: {Brief(Lines(told).Take(1))}");
        await SaidAsync(operation, cancellationToken);
    }

    public async Task BadAsync(CancellationToken cancellationToken)
    {
        await StageAsync("v42", cancellationToken);
        var operation = await PressAsync("v42", "production", cancellationToken);
        await OutcomeAsync(operation, "failed", "v42 to be taken back", cancellationToken);
        Check(Version() == "v43", $"v43 runs still, and it is {Version()}");
        var calls = await RowAsync("SELECT string_agg(text, ' | ' ORDER BY id) FROM timeline WHERE kind = 'deploy.progress' AND target = 'shop@production' AND data->>'operation' = @id", operation, cancellationToken) ?? "";
        Check(calls.Contains("5 % of the traffic to v42", StringComparison.Ordinal) && !calls.Contains("25 % of the traffic to v42", StringComparison.Ordinal), $"it was taken back before a quarter of the traffic saw it: {calls}");
        Check(await RowAsync("SELECT version FROM bad_versions WHERE version = 'v42' AND target = 'shop@production' LIMIT 1", operation, cancellationToken) == "v42", "v42 is marked bad");
        await SaidAsync(operation, cancellationToken);
    }

    public async Task WithoutTrafficAsync(CancellationToken cancellationToken)
    {
        await StageAsync("v44", cancellationToken);
        tell("The customers stay away: low-traffic");
        await control.BreakAsync("low-traffic", cancellationToken);
        var operation = await PressAsync("v44", "production", cancellationToken);
        await control.AdvanceUntilAsync(TimeSpan.FromSeconds(30), Long, async () =>
            (await control.MessagesAsync(Channel, cancellationToken)).Any(IsQuestion), cancellationToken);
        var question = await MessageAsync("the question", IsQuestion, cancellationToken);
        Check(await RowAsync("SELECT state || ' ' || (step->>'stage') FROM operations WHERE id = @id::uuid", operation, cancellationToken) == "running Share", "it is watched on while it waits for the answer");
        tell($"Asked: {Brief(Lines(question).Take(2))}");
        await control.ClickAsync(Person, question.Button("deploy.wish:abort")!, cancellationToken);
        tell($"@{Person} presses [{question.Button("deploy.wish:abort")!.Label}]");
        await OutcomeAsync(operation, "failed", "v44 to be taken back", cancellationToken);
        Check(Version() == "v43", $"v43 runs still, and it is {Version()}");
        Check(await RowAsync("SELECT version FROM bad_versions WHERE version = 'v44' AND target = 'shop@production' AND @id <> '' LIMIT 1", operation, cancellationToken) is null, "what a person aborted is not marked bad");
        await control.HealAsync(cancellationToken);
        await SaidAsync(operation, cancellationToken);

        // Beside the card, which says the same and is edited: a message of its own.
        static bool IsQuestion(SeenMessage m) => m.Shown.Contains(":question:", StringComparison.Ordinal) && m.Shown.Contains("Paused at 5 %", StringComparison.Ordinal) && m.Button("deploy.wish:abort") is not null;
    }

    public void Dispose() => control.Dispose();

    private async Task StageAsync(string version, CancellationToken cancellationToken)
    {
        var operation = await PressAsync(version, "staging", cancellationToken);
        await OutcomeAsync(operation, "succeeded", $"{version} in staging", cancellationToken);
    }

    /// <summary>Asks for it, reads the card and presses.</summary>
    /// <returns>The operation's id.</returns>
    private async Task<string> PressAsync(string version, string environment, CancellationToken cancellationToken)
    {
        // Whoever deploys on a Friday says why; so does this story.
        var friday = environment == "production" && demo.Workspace.Clock.GetUtcNow().DayOfWeek == DayOfWeek.Friday;
        await CommandAsync($"shop {version} to {environment}{(friday ? " --reason it cannot wait for Monday" : "")}", cancellationToken);
        var card = await MessageAsync("the card", m => m.Button("action.confirm") is not null && m.Shown.Contains($"Deploy shop {version} to {environment}?", StringComparison.Ordinal), cancellationToken);
        if (environment == "production") tell($"The card: {Brief(Lines(card).Take(3))}");
        var button = card.Button("action.confirm")!;
        tell($"@{Person} presses [{button.Label}] for {environment}");
        await control.ClickAsync(Person, button, cancellationToken);
        return await ControlClient.UntilAsync("the operation", Short, () => RowAsync("SELECT id::text FROM operations WHERE action_id = @id::uuid", button.Value!, cancellationToken), cancellationToken);
    }

    /// <summary>The shares are waited for; once it has all traffic, the quarter of an hour of watching is shortened.</summary>
    private async Task OutcomeAsync(string operation, string state, string what, CancellationToken cancellationToken)
    {
        await ControlClient.UntilAsync($"{what} to get to its watch or end", Long, () => RowAsync(
            "SELECT state FROM operations WHERE id = @id::uuid AND (state NOT IN ('requested', 'running') OR step->>'stage' = 'Watch')", operation, cancellationToken), cancellationToken);
        await control.AdvanceUntilAsync(TimeSpan.FromSeconds(30), Long, async () =>
            await RowAsync("SELECT state FROM operations WHERE id = @id::uuid AND state NOT IN ('requested', 'running')", operation, cancellationToken) is not null, cancellationToken);
        var ended = await RowAsync("SELECT state || ': ' || coalesce(outcome, '') FROM operations WHERE id = @id::uuid", operation, cancellationToken) ?? "";
        tell($"Operation: {ended}");
        Check(ended.StartsWith(state, StringComparison.Ordinal), $"it {state}, and it is {ended}");
    }

    private async Task SaidAsync(string operation, CancellationToken cancellationToken)
    {
        var number = await RowAsync("SELECT number::text FROM operations WHERE id = @id::uuid", operation, cancellationToken);
        var card = await MessageAsync("the card at its end", m => m.Shown.Contains($"operation {number}", StringComparison.Ordinal) && Ended().IsMatch(m.Shown), cancellationToken);
        tell($"The card at its end: {Brief(Lines(card).Where((l, i) => i == 0 || Decided().IsMatch(l)))}");
    }

    /// <summary>What production runs, by the platform itself.</summary>
    private string? Version() => demo.Shop.Platform.Units.First(u => u.Name == "shop" && u.Environment == "production").Releases.Current?.Release.Version;

    private async Task CommandAsync(string text, CancellationToken cancellationToken)
    {
        tell($"@{Person}: /deploy {text}");
        await control.CommandAsync(Person, Channel, text, cancellationToken, "/deploy");
    }

    private Task<SeenMessage> MessageAsync(string what, Func<SeenMessage, bool> fits, CancellationToken cancellationToken) => control.UntilMessageAsync(Channel, what, Short, fits, cancellationToken);

    private Task<string?> RowAsync(string sql, string id, CancellationToken cancellationToken) => demo.RowAsync(sql, cancellationToken, ("id", id));

    private static void Check(bool fact, string what)
    {
        if (!fact) throw new StoryException($"It must be true that {what}.");
    }

    /// <summary>What can be read in a message, without Slack's marks; the person of the story by her name.</summary>
    private static string[] Lines(SeenMessage message) =>
        Marks().Replace(message.Shown.Replace("<@U0ANA00001>", $"@{Person}", StringComparison.Ordinal), "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>None longer than a person reads at a glance.</summary>
    private static string Brief(IEnumerable<string> lines) => string.Join("\n          ", lines.Select(l => l.Length > Width ? $"{l[..Width]} …" : l));

    [GeneratedRegex(@":[a-z_]+: ?|\*| in <#[A-Z0-9]+>")]
    private static partial Regex Marks();

    [GeneratedRegex(": (done|not kept), confirmed by ")]
    private static partial Regex Ended();

    /// <summary>The lines of a card that say what was decided, and by which numbers.</summary>
    [GeneratedRegex("^• ([0-9]+ %:|Paused|Aborted|Going back|All traffic)")]
    private static partial Regex Decided();
}
