using System.Globalization;
using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;

namespace ChatOps.Deployments;

/// <summary>The card of a change in each of its states, and what follows from its end. Pure; what people and platforms wrote is redacted and escaped here.</summary>
public static class DeploymentMessages
{
    public static string OutcomeKey(Operation operation) => $"operation {operation.Id} outcome";

    /// <param name="what">What the button says, with the target: "Restart shop-db".</param>
    public static Message Card(ActionCard card, string what)
    {
        var plan = ActionPlan.Of(card.Subject.Arguments);
        var title = $"{Escape(what, 120)} in {Escape(card.Subject.Target.Environment, 60)}";
        var head = card.Subject.Incident is { } incident ? $"Incident {incident}: " : "";
        var (mark, state) = card.State switch
        {
            ActionCardState.Question => (":warning:", $"{title}?"),
            ActionCardState.Declined => (":no_entry_sign:", $"{title}: declined by {By(card)}. Nothing was done."),
            ActionCardState.Expired => (":hourglass:", $"{title}: expired. {Escape(card.Text ?? "Nobody pressed.", 300)}"),
            ActionCardState.Outdated => (":arrows_counterclockwise:", $"{title}: outdated. {Escape(card.Text ?? "", 500)}"),
            ActionCardState.Running => (":hourglass_flowing_sand:", $"{title}: under way, confirmed by {By(card)}."),
            ActionCardState.Succeeded => (":white_check_mark:", $"{title}: done, confirmed by {By(card)}."),
            ActionCardState.Failed => (":x:", $"{title}: failed, confirmed by {By(card)}."),
            ActionCardState.NotDone => (":no_entry_sign:", $"{title}: nothing was done."),
            _ => (":grey_question:", $"{title}: it is not known whether it happened."),
        };
        List<Block> blocks = [Section($"{mark} *{head}{state}*")];
        if (card.State == ActionCardState.Question)
        {
            blocks.Add(Section($":leftwards_arrow_with_hook: *Way back:* {Escape(plan.WayBack, 500)}"));
            blocks.Add(new SectionBlock { Fields = Fields(plan) });
            if (Undone(plan) is { } undone) blocks.Add(undone);
            if (Bad(card, plan) is { } bad) blocks.Add(bad);
            blocks.Add(Section($"*Why:* {Escape(plan.Why, 500)}\n*Risk:* {DeployText.Draw(plan.Risk, 900)}"));
            if (plan.ToVersion is not null) blocks.Add(Section(RollbackChecklist.Text(card, plan)));
            blocks.Add(Context($"Asked for by {Person(card.RequestedBy)}. Who may press: {Escape(plan.WhoMay, 300)}. Expires {Mrkdwn.Date(card.ExpiresAt, Mrkdwn.TimeOfDay)}."));
        }
        else
        {
            if (card.Progress.Count > 0) blocks.Add(Section(string.Join('\n', card.Progress.TakeLast(8).Select(l => $"• {Escape(l, 300)}"))));
            if (card.Text is { Length: > 0 } text && card.State is ActionCardState.Succeeded or ActionCardState.Failed or ActionCardState.NotDone or ActionCardState.Unknown)
                blocks.Add(Section(Escape(card.Text!, 1_500)));
            if (plan.ToVersion is not null && card.State is not (ActionCardState.Declined or ActionCardState.Expired or ActionCardState.Outdated)) blocks.Add(Section(RollbackChecklist.Text(card, plan)));
            blocks.Add(Context($":leftwards_arrow_with_hook: Way back: {Escape(plan.WayBack, 400)}{(card.OperationNumber is { } number ? $" · operation {number.ToString(CultureInfo.InvariantCulture)}" : "")}"));
        }
        if (ActionButtons.For(card, what) is { } buttons) blocks.Add(buttons);
        return new Message { Text = $"{head}{state}{(card.State == ActionCardState.Question ? $" Way back: {Escape(plan.WayBack, 150)}" : "")}", Blocks = blocks };
    }

    /// <summary>A new message at the end, since edits of the card reach no sleeping phone.</summary>
    public static Message Finished(Operation operation, OperationOutcome outcome, Incident incident)
    {
        var good = outcome.Result == OperationResult.Succeeded;
        var lead = incident.Lead ?? operation.ConfirmedBy;
        var needed = good ? "Verify it." : "Choose what next.";
        var head = $"{Mrkdwn.User(lead)} Incident {incident.Number}: ";
        var what = $"the {Noun(operation)} of {operation.Target.Service}";
        var verdict = good ? $"{what} is done" : outcome.Result == OperationResult.NotDone ? $"{what} was not done" : $"{what} failed";
        var n = incident.Number;
        return new Message
        {
            Text = $"{head}{Escape(verdict, 80)}. {needed}",
            Blocks =
            [
                Section($"{(good ? ":white_check_mark:" : ":x:")} {Mrkdwn.User(lead)} *Incident {n}: {Escape(verdict, 150)}.*\n{Escape(outcome.Sentence, 1_500)}"),
                new ActionsBlock
                {
                    BlockId = $"operation {operation.Id} next",
                    Elements = good
                        ? [IncidentButtonHandler.For("Verify", "verify", n, style: ButtonStyle.Primary), IncidentButtonHandler.For("Logs", "logs", n), IncidentButtonHandler.For("Fix", "fix", n)]
                        : [IncidentButtonHandler.For("Choose a fix", "fix", n, style: ButtonStyle.Primary), IncidentButtonHandler.For("Logs", "logs", n), IncidentButtonHandler.For("Verify", "verify", n)],
                },
            ],
        };
    }

    /// <summary>The same where no incident is worked on.</summary>
    public static Message Finished(Operation operation, OperationOutcome outcome)
    {
        var good = outcome.Result == OperationResult.Succeeded;
        var target = $"{Escape(operation.Target.Service, 60)} in {Escape(operation.Target.Environment, 60)}";
        var verdict = $"the {Noun(operation)} of {target} {(good ? "is done" : outcome.Result == OperationResult.NotDone ? "was not done" : "failed")}";
        return new Message
        {
            Text = $"{Person(operation.ConfirmedBy)} {verdict}. {Escape(outcome.Sentence, 150)}",
            Blocks =
            [
                Section($"{(good ? ":white_check_mark:" : ":x:")} {Person(operation.ConfirmedBy)} *{GateWords.Capital(verdict)}.*\n{Escape(outcome.Sentence, 1_500)}"),
                new ActionsBlock { BlockId = $"operation {operation.Id} next", Elements = [DeployButtonHandler.For("What runs where", WhereVerb.Word, operation.Target.Service)] },
            ],
        };
    }

    private static string Noun(Operation operation) => operation.Kind == PlanChange.Scale ? "higher memory limit" : operation.Kind;

    /// <summary>For those who were not there: what was undone, by whom and why.</summary>
    public static Message RolledBack(Operation operation, ActionPlan plan, OperationOutcome outcome)
    {
        var what = $"{Escape(operation.Target.Service, 60)} in {Escape(operation.Target.Environment, 60)}";
        var text = outcome.Result switch
        {
            OperationResult.Succeeded => $"{what} was rolled back from {Escape(plan.Running ?? "what ran", 60)} to {Escape(plan.ToVersion!, 60)} by {Person(operation.ConfirmedBy)}.",
            OperationResult.NotDone => $"{what}: a rollback to {Escape(plan.ToVersion!, 60)} by {Person(operation.ConfirmedBy)} was not done.",
            _ => $"{what}: a rollback to {Escape(plan.ToVersion!, 60)} by {Person(operation.ConfirmedBy)} failed.",
        };
        List<Block> blocks = [Section($":leftwards_arrow_with_hook: *{text}*\n*Why:* {Escape(plan.Why, 500)}")];
        if (outcome.Result == OperationResult.Succeeded && Undone(plan) is { } undone) blocks.Add(undone);
        return new Message { Text = text, Blocks = blocks };
    }

    /// <summary>A rollback is asked for while something else holds the target.</summary>
    public static Message Busy(Operation active)
    {
        var text = $":hourglass_flowing_sand: *{Escape(active.Target.Service, 60)} in {Escape(active.Target.Environment, 60)} is being changed:* operation {active.Number.ToString(CultureInfo.InvariantCulture)}, a {Escape(active.Kind, 30)} that {Person(active.ConfirmedBy)} confirmed. Nothing was done.\n";
        return active.Kind == Permissions.PermissionActions.Deploy
            ? DeployText.Plain($"{text}Abort that deploy: it goes back by itself to what ran before.", new Button
            {
                ActionId = DeployWishHandler.ActionOf(Strategies.DeployMachine.Abort), Text = "Abort and go back", Value = active.Id.ToString(), Style = ButtonStyle.Danger,
            })
            : DeployText.Plain($"{text}Ask again when it has ended; its card says how far it is.");
    }

    private static SectionBlock? Bad(ActionCard card, ActionPlan plan)
    {
        // Slack takes ten boxes, each with a value of at most 150 characters.
        var options = plan.Undone.Where(u => u.Version.Length <= BlockLimits.OptionValue).Take(10)
            .Select(u => new Option(Mrkdwn.Cut(u.Message is { } m ? $"{u.Version}: {Timeline.Redactor.ForSlack(m).ReplaceLineEndings(" ")}" : u.Version, BlockLimits.OptionText), u.Version)).ToValueList();
        if (options.Count == 0) return null;
        var bad = options.Where(o => plan.Bad.Contains(o.Value, StringComparer.Ordinal)).ToValueList();
        return new SectionBlock
        {
            BlockId = $"action {card.Id} bad",
            Text = new Markdown("*Which of them are bad?* Nobody deploys these there again before somebody takes the mark away."),
            Accessory = new CheckboxGroup { ActionId = $"{BadChoiceHandler.ActionId}:{card.Id}", Options = options, InitialOptions = bad.Count == 0 ? null : bad },
        };
    }

    private static List<TextObject> Fields(ActionPlan plan)
    {
        List<TextObject> fields =
        [
            new Markdown($"*Now*\n{(plan.Running is { } running ? $"{Escape(running, 100)}, " : "")}{Escape(plan.State, 60).ToLowerInvariant()}"),
            new Markdown($"*Takes*\n{Escape(plan.Expected, 100)}"),
        ];
        if (plan.ToVersion is { } to) fields.Insert(1, new Markdown($"*Goes back to*\n{Escape(to, 100)}"));
        return fields;
    }

    private static SectionBlock? Undone(ActionPlan plan) => plan.Undone.Count == 0 ? null : Section(
        $"*It undoes {DeployText.Count(plan.Undone.Count, "release")}*\n"
        + DeployText.Releases(plan.Undone));

    private static string By(ActionCard card) => card.DecidedBy is { } by ? Person(by) : "nobody";

    private static string Person(string id) => DeployText.PersonOf(id);

    private static string Escape(string text, int max) => DeployText.Escape(text, max);

    private static SectionBlock Section(string text) => DeployText.Section(text);

    private static ContextBlock Context(string text) => DeployText.Context(text);
}
