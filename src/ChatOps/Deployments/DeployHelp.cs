using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;

namespace ChatOps.Deployments;

/// <summary><c>/deploy help</c></summary>
public sealed class DeployHelpVerb(CurrentRequest request, Func<IEnumerable<IDeployVerb>> verbs, Func<IEnumerable<IDeployDefault>> defaults, ChatOpsConfig config, Outbox.Outbox outbox) : IDeployVerb
{
    public const string Word = "help";

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["?", "commands", "verbs"];

    public (string Arguments, string Does) Usage => ("", "this");

    public Task HandleAsync(DeployCall call, CancellationToken cancellationToken) =>
        request.TellAsync(outbox, call, DeployHelpMessages.Help(verbs(), defaults().LastOrDefault(), config.Slack.DeployCommand), cancellationToken);
}

/// <summary>What <c>/deploy</c> says of itself. Pure.</summary>
public static class DeployHelpMessages
{
    public static Message Help(IEnumerable<IDeployVerb> verbs, IDeployDefault? whole, string command)
    {
        var all = verbs.ToList();
        var lines = all.Select(v => (Words: v.Usage.Arguments.Length > 0 ? $"{v.Name} {v.Usage.Arguments}" : v.Name, v.Usage.Does)).ToList();
        if (whole is not null) lines.Insert(0, whole.Usage);
        return new Message
        {
            Text = $"{command}: {string.Join(", ", all.Select(v => v.Name))}",
            Blocks = [DeployText.Section("*What I can deploy, and see of it*"), .. IncidentMessages.Sections(lines.Select(l => $"`{command} {Mrkdwn.Escape(l.Words)}`  {Mrkdwn.Escape(l.Does)}"))],
        };
    }

    public static Message Rollback(SlackConfig slack)
    {
        var command = slack.RollbackCommand;
        return DeployText.Plain(
            $"*Going back to the last good version*\n`{command} service`  in its last environment, to the last version from which nobody had to go back\n`{command} service in staging to v41 --reason text`  all of it said\n"
            + $"You get a card first: the version, what it undoes, which versions are bad from then on. Nothing happens before somebody who may has pressed. `{slack.DeployCommand} unmark service v42` takes a mark back.",
            DeployButtonHandler.For("Open the form", RollbackVerb.Word, style: ButtonStyle.Primary));
    }

    /// <param name="near">A verb or a service; null: none is near.</param>
    /// <param name="rest">What followed the word.</param>
    public static Message Unknown(string word, string? near, string rest, string command)
    {
        var what = $"There is no verb and no service `{DeployText.Escape(word, 60).Replace('`', '\'')}`.";
        return near is null
            ? DeployText.Plain($"{what} `{command} help` lists the verbs.", DeployButtonHandler.For("All verbs", DeployHelpVerb.Word))
            : DeployText.Plain($"{what} Did you mean `{command} {Mrkdwn.Escape(near)}{(rest.Length > 0 ? " " + DeployText.Escape(rest, 200).Replace('`', '\'') : "")}`?",
                DeployButtonHandler.For($"Yes: {near}", TypedVerb, rest.Length > 0 ? $"{near} {rest}" : near), DeployButtonHandler.For("All verbs", DeployHelpVerb.Word));
    }

    public static Message OpenForm(DeployCall call) => DeployText.Plain("Slack gave the form too little time. Open it here.", DeployButtonHandler.For("Open the form", call.Verb, call.Arguments, ButtonStyle.Primary));

    /// <summary>Of a button whose arguments are read as if they were typed.</summary>
    internal const string TypedVerb = "typed";
}
