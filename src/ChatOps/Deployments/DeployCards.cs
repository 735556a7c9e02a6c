using System.Globalization;
using ChatOps.Configuration;
using ChatOps.Deployments.Strategies;
using ChatOps.Operations;
using ChatOps.Slack.Blocks;

namespace ChatOps.Deployments;

/// <summary>What a deploy says: the plan before the press, how far it is, what it asks, how it ended. Pure; what others wrote is redacted and escaped here.</summary>
public static class DeployCards
{
    private const int BarLength = 20;

    public static string QuestionKey(Operation operation, DeployState state) => $"operation {operation.Id} question {state.Lines.Count.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The card in each of its states; how far a running one is draws <see cref="Progress"/>.</summary>
    public static Message Card(ActionCard card)
    {
        var plan = DeployPlan.Of(card.Subject.Arguments);
        if (card.State == ActionCardState.Question) return Plan(card, plan);
        var title = Title(card.Subject.Target, plan);
        var by = Confirmed(plan, By(card));
        var (mark, state) = card.State switch
        {
            ActionCardState.Declined => (":no_entry_sign:", $"{title}: declined by {By(card)}. Nothing was done."),
            ActionCardState.Expired => (":hourglass:", $"{title}: expired. {Escape(card.Text ?? "Nobody pressed.", 300)}"),
            ActionCardState.Outdated => (":arrows_counterclockwise:", $"{title}: outdated. {Escape(card.Text ?? "", 500)}"),
            ActionCardState.Running => (":hourglass_flowing_sand:", $"{title}: begins, {by}."),
            ActionCardState.Succeeded => (":white_check_mark:", $"{title}: done, {by}."),
            ActionCardState.Failed => (":x:", $"{title}: not kept, {by}."),
            ActionCardState.NotDone => (":no_entry_sign:", $"{title}: nothing was deployed."),
            _ => (":grey_question:", $"{title}: it is not known what happened."),
        };
        List<Block> blocks = [Section($"{mark} *{state}*")];
        if (card.Text is { Length: > 0 } text && card.State is ActionCardState.Succeeded or ActionCardState.Failed or ActionCardState.NotDone or ActionCardState.Unknown) blocks.Add(Section(Escape(card.Text!, 1_500)));
        if (card.Progress.Count > 0) blocks.Add(Section(string.Join('\n', card.Progress.TakeLast(10).Select(l => $"• {Escape(l, 250)}"))));
        blocks.Add(Context($":leftwards_arrow_with_hook: Way back: {Escape(plan.WayBack, 400)}{Enough(plan)}{Number(card.OperationNumber)}"));
        if (ActionButtons.For(card, Button(plan)) is { } buttons) blocks.Add(buttons);
        return new Message { Text = state, Blocks = blocks };
    }

    /// <summary>What <c>--plan</c> shows, and what a deploy that a gate refuses is told: the way on is the first thing after the reason.</summary>
    /// <param name="ask">Asks those who may pass it; null: nobody may, or who asked may do so themselves.</param>
    public static Message Refused(Catalog.Target target, DeployPlan plan, GateResult refusal, Button? ask = null)
    {
        var title = $"{Title(target, plan)}: not now";
        List<Block> blocks =
        [
            Section($":no_entry: *{title}.* {Escape(refusal.Sentence, 600)}"),
            .. refusal.Next is { } next ? [Section($":arrow_right: {Escape(next, 600)}")] : Array.Empty<Block>(),
            .. Gates(plan, besides: refusal) is { } others ? [others] : Array.Empty<Block>(),
            Context($"`{refusal.Code}` · Who may deploy there: {Escape(plan.WhoMay, 200)}. Nothing was changed."),
            .. ask is null ? Array.Empty<Block>() : [new ActionsBlock { Elements = [ask] }],
        ];
        return new Message { Text = $"{title}. {Escape(refusal.Sentence, 200)}", Blocks = blocks };
    }

    /// <summary>The plan alone: <c>--plan</c> stops there.</summary>
    public static Message PlanOnly(Catalog.Target target, DeployPlan plan)
    {
        var title = $"{Title(target, plan)}: the plan";
        return new Message
        {
            Text = $"{title}. Way back: {Escape(plan.WayBack, 150)}",
            Blocks = [Section($":clipboard: *{title}*"), .. Body(plan), Context("Nothing was changed. Leave out `--plan` to have it asked for.")],
        };
    }

    /// <summary>Shouted where everybody sees it: somebody overrides what protects the target.</summary>
    public static Message Forced(Catalog.Target target, DeployPlan plan, IReadOnlyList<GateResult> overridden)
    {
        var text = $"{Person(plan.RequestedBy)} overrides {(overridden.Count == 1 ? "a gate" : $"{overridden.Count} gates")} to deploy {Escape(target.Service, 60)} {Escape(plan.ToVersion, 60)} to {Escape(target.Environment, 60)}";
        return new Message
        {
            Text = text,
            Blocks = [Section($":rotating_light: *{text}.*\n{string.Join('\n', overridden.Select(g => $"• {Escape(g.Gate, 40)}: {Escape(g.Sentence, 300)}"))}\n*Why:* {Escape(plan.Reason ?? "no reason was given", 500)}")],
        };
    }

    /// <summary>The newest builds, each with a button.</summary>
    /// <param name="releases">Newest first.</param>
    public static Message Choose(Catalog.Target target, string? running, IReadOnlyList<Platforms.Release> releases, string platform)
    {
        var title = $"Which version of {Escape(target.Service, 60)} to {Escape(target.Environment, 60)}? {Escape(running ?? "Nothing", 60)} runs.";
        var others = releases.Where(r => r.Version != running).ToList();
        List<Block> blocks = [Section($"*{title}*")];
        if (others.Count == 0) blocks.Add(Section($"{Escape(platform, 60)} lists no other version. Build one, then ask again."));
        foreach (var release in others)
        {
            blocks.Add(new SectionBlock
            {
                Text = new Markdown(DeployText.Release($"*{Escape(release.Version, 60)}*", release.Commit, release.Author, release.Message, longest: 150)
                    + (release.CreatedAt is { } at ? $"\n{Mrkdwn.Date(at)}" : "")),
                Accessory = DeployButtonHandler.For($"Plan {release.Version}", verb: "", $"{target.Service} {release.Version} to {target.Environment}"),
            });
        }
        return new Message { Text = title, Blocks = blocks };
    }

    /// <summary>How far it is: one message that is edited in place.</summary>
    public static Message Progress(Operation operation, DeployPlan plan, DeployState state, DateTimeOffset now)
    {
        var title = Title(operation.Target, plan);
        var progress = DeployProgress.Of(plan, state, now);
        var head = state.GoesBack ? $":leftwards_arrow_with_hook: *{title}: going back.* {Escape(state.Why!, 500)}" : $":hourglass_flowing_sand: *{title}: {Phase(plan, state)}*";
        List<Block> blocks = [Section($"{head}\n{Bar(progress)}{Durations.Text(TimeSpan.FromSeconds(Math.Round((now - state.Begun).TotalSeconds)))}{(progress?.Left is { } left ? $", about {Durations.Text(left)} left" : "")}")];
        if (state.Lines.Count > 0) blocks.Add(Section(string.Join('\n', state.Lines.TakeLast(8).Select(l => $"• {Escape(l.Text, 300)}{(l.By is { } by ? $" ({Person(by)})" : "")}"))));
        if (state.Latest is { Length: > 0 } latest) blocks.Add(Context($"Last look: {Escape(latest, 600)}"));
        blocks.Add(Context($":leftwards_arrow_with_hook: Way back: {Escape(plan.WayBack, 300)} {(plan.AutomaticRollback ? "It is taken by itself when a limit breaks." : "Nothing goes back by itself.")} · {Confirmed(plan, Person(operation.ConfirmedBy))}{Enough(plan)}{Number(operation.Number)}"));
        if (!state.GoesBack) blocks.Add(Answers(operation, state, state.Stage is DeployStage.Share or DeployStage.Watch && state.Call is null, "progress"));
        return new Message { Text = $"{title}: {(state.GoesBack ? "going back" : Phase(plan, state))}", Blocks = blocks };
    }

    /// <summary>A new message, since edits reach no sleeping phone.</summary>
    public static Message Question(Operation operation, DeployPlan plan, DeployState state, DeployQuestion question) => new()
    {
        Text = $"{Title(operation.Target, plan)}: {Escape(question.Sentence, 250)}",
        Blocks =
        [
            Section($":question: {Person(operation.ConfirmedBy)} *{Title(operation.Target, plan)}*\n{Escape(question.Sentence, 1_200)}"),
            Answers(operation, state, question.CanGoOn, "question"),
        ],
    };

    /// <summary>A new message at the end.</summary>
    /// <param name="more">What follows it: of its review.</param>
    public static Message Outcome(Operation operation, DeployPlan plan, OperationOutcome outcome, IReadOnlyList<Block> more)
    {
        var (mark, word) = outcome.Result switch
        {
            OperationResult.Succeeded => (":white_check_mark:", "is done"),
            OperationResult.Failed => (":x:", "was not kept"),
            OperationResult.NotDone => (":no_entry_sign:", "did not happen"),
            _ => (":grey_question:", "is not known"),
        };
        var who = plan.RequestedBy == operation.ConfirmedBy ? Person(operation.ConfirmedBy) : $"{Person(plan.RequestedBy)} {Person(operation.ConfirmedBy)}";
        var text = $"{Title(operation.Target, plan)} {word}.";
        return new Message { Text = $"{text} {Escape(outcome.Sentence, 150)}", Blocks = [Section($"{mark} {who} *{text}*\n{Escape(outcome.Sentence, 1_500)}"), .. more] };
    }

    private static Message Plan(ActionCard card, DeployPlan plan)
    {
        var title = Title(card.Subject.Target, plan);
        return new Message
        {
            Text = $"{title}? Way back: {Escape(plan.WayBack, 150)}",
            Blocks =
            [
                Section($":rocket: *{title}?*"),
                .. Body(plan),
                Context($"Asked for by {Person(plan.RequestedBy)}. {Escape(plan.ApprovalSentence, 300)} Who may press: {Escape(plan.WhoMay, 200)}. Expires {Mrkdwn.Date(card.ExpiresAt, Mrkdwn.TimeOfDay)}."),
                .. ActionButtons.For(card, Button(plan)) is { } buttons ? [buttons] : Array.Empty<Block>(),
            ],
        };
    }

    private static List<Block> Body(DeployPlan plan)
    {
        var limits = plan.AutomaticRollback ? $"*Goes back by itself* when {Escape(string.Join("; or ", plan.RollbackLimits), 900)}" : $"*Nothing goes back by itself:* {Escape(plan.AutomaticWhy ?? "it is not armed", 300)}. A breach asks.";
        List<Block> blocks =
        [
            Section($":leftwards_arrow_with_hook: *Way back:* {Escape(plan.WayBack, 600)}\n{limits}"),
            new SectionBlock
            {
                Fields =
                [
                    new Markdown($"*Now*\n{Escape(plan.Running ?? "nothing", 100)}, {Escape(plan.State, 60).ToLowerInvariant()}"),
                    new Markdown($"*Then*\n{Escape(plan.ToVersion, 100)}{(plan.Digest is { } digest ? $" {Mrkdwn.Code(Mrkdwn.Cut(digest, 20))}" : "")}"),
                    new Markdown($"*Takes*\n{Escape(plan.Expected, 150)}"),
                    new Markdown($"*Risk*\n{plan.Risk.ToString().ToLowerInvariant()}: {Escape(string.Join("; ", plan.RiskReasons), 600)}"),
                ],
            },
            Section($"*How* {Escape(plan.StrategyRule, 300)}\n{string.Join('\n', plan.Steps.Take(10).Select((s, i) => $"{(i + 1).ToString(CultureInfo.InvariantCulture)}. {Escape(s.Text, 200)}"))}"),
        ];
        if (plan.Commits.Count > 0 || plan.Range is not null)
        {
            blocks.Add(Section($"*{(plan.Range?.Backwards ?? plan.Backwards ? "Goes" : "Comes in")}:* "
                + (plan.Range is { } range ? DeployText.Commits(range, plan.Authors, plan.Commits.Count) : $"{DeployText.Count(plan.Commits.Count, "release")}\n" + DeployText.Releases(plan.Commits))
                + (plan.Migrations.Count > 0 ? $"\n*Migrations:* {Escape(string.Join(", ", plan.Migrations), 400)}" : "")));
        }
        if (Gates(plan, besides: null) is { } gates) blocks.Add(gates);
        if (plan.Reason is { Length: > 0 } reason) blocks.Add(Section($"*Why:* {Escape(reason, 500)}"));
        return blocks;
    }

    /// <summary>How many pass, and each that does not with what would make it pass.</summary>
    private static SectionBlock? Gates(DeployPlan plan, GateResult? besides)
    {
        var passed = plan.Gates.Count(g => g.Outcome == GateOutcome.Pass);
        var skipped = plan.Gates.Count(g => g.Outcome == GateOutcome.Skipped);
        var lines = plan.Gates.Where(g => g.Outcome is GateOutcome.Fail or GateOutcome.Inconclusive && g.Code != besides?.Code)
            .Select(g => $"{(g.Forced ? ":rotating_light: overridden" : g.Outcome == GateOutcome.Fail ? ":x:" : ":grey_question:")} {Escape(g.Sentence, 250)}{(g is { Forced: false, Next: { } next } ? $" {Escape(next, 200)}" : "")} `{g.Code}`").ToList();
        return passed + skipped + lines.Count == 0 ? null
            : Section($"*Gates:* {passed} pass{(skipped > 0 ? $", {skipped} do not apply" : "")}{(lines.Count > 0 ? $"\n{string.Join('\n', lines.Take(8))}" : "")}");
    }

    private static ActionsBlock Answers(Operation operation, DeployState state, bool canGoOn, string where)
    {
        var value = operation.Id.ToString();
        var abort = new Button { ActionId = DeployWishHandler.ActionOf(DeployMachine.Abort), Text = "Abort and go back", Value = value, Style = ButtonStyle.Danger };
        return new ActionsBlock
        {
            BlockId = $"deploy {value} {where}",
            Elements = canGoOn ? [new Button { ActionId = DeployWishHandler.ActionOf(DeployMachine.GoOn), Text = "Go on without waiting", Value = $"{value} {state.Stand}" }, abort] : [abort],
        };
    }

    /// <summary>Where it stands, for people and escaped; not of one that goes back.</summary>
    internal static string Phase(DeployPlan plan, DeployState state) => state.Stage switch
    {
        DeployStage.Backup => "backing up",
        DeployStage.Replace => "replacing",
        DeployStage.Candidate => $"starting {Escape(plan.ToVersion, 60)}",
        DeployStage.Share when plan.Shares.Count > state.ShareIndex && state.ShareIndex >= 0 => $"{(state.Asked ? "paused at " : "")}{plan.Shares[state.ShareIndex].ToString(CultureInfo.InvariantCulture)} % of the traffic",
        DeployStage.Share or DeployStage.Promote => "moving all traffic",
        DeployStage.Verify when !state.Asked => "verifying",
        _ => state.Asked ? "waiting for an answer" : $"watching for {Durations.Text(plan.Watch)}",
    };

    private static string Bar(DeployProgress? progress)
    {
        if (progress is null) return "";
        var filled = (int)Math.Round(progress.Share * BarLength);
        return $"`{new string('█', filled)}{new string('░', BarLength - filled)}` {(progress.Share * 100).ToString("0", CultureInfo.InvariantCulture)} % · ";
    }

    private static string Title(Catalog.Target target, DeployPlan plan) => $"Deploy {Escape(target.Service, 60)} {Escape(plan.ToVersion, 60)} to {Escape(target.Environment, 60)}";

    private static string Button(DeployPlan plan) => $"Deploy {plan.ToVersion}";

    private static string Number(long? number) => number is { } n ? $" · operation {n.ToString(CultureInfo.InvariantCulture)}" : "";

    private static string Confirmed(DeployPlan plan, string who) => plan.Approval == Catalog.Approval.None ? $"asked for by {who}" : $"confirmed by {who}";

    /// <summary>Where nobody pressed, the card says why.</summary>
    private static string Enough(DeployPlan plan) => plan.Approval == Catalog.Approval.None ? $" · {Escape(plan.ApprovalSentence, 150)}" : "";

    private static string By(ActionCard card) => card.DecidedBy is { } by ? Person(by) : "nobody";

    private static string Person(string id) => DeployText.PersonOf(id);

    private static string Escape(string text, int max) => DeployText.Draw(text, max);

    private static SectionBlock Section(string text) => DeployText.Section(text);

    private static ContextBlock Context(string text) => DeployText.Context(text);
}
