using System.Globalization;
using ChatOps.Slack.Blocks;
using static ChatOps.Deployments.DeployText;

namespace ChatOps.Deployments;

/// <summary>Asking those who may pass what is refused. Pure; texts of people and platforms are redacted and escaped here.</summary>
public static class DeployAskMessages
{
    /// <param name="whoMay">For people: "@leads".</param>
    public static Button Button(DeployAsk ask, string whoMay) =>
        new() { ActionId = DeployAskHandler.ActionId, Text = Mrkdwn.Cut($"Ask {whoMay}", BlockLimits.ButtonText), Value = ask.Id.ToString(CultureInfo.InvariantCulture), Style = ButtonStyle.Primary };

    /// <param name="mentions">As <see cref="MentionWhoMay"/> draws them.</param>
    public static Message Ask(DeployAsk ask, string mentions)
    {
        var wants = $"{PersonOf(ask.RequestedBy)} wants to deploy {Escape(ask.Place.Service, 60)} {Escape(ask.Version, 60)} to {Escape(ask.Place.Environment, 60)}";
        return new Message
        {
            Text = $"{mentions} {wants}. {Draw(ask.Sentence, 150)}",
            Blocks =
            [
                Section($":raised_hand: {mentions} *{wants}.*\n{Draw(ask.Sentence, 800)}{(ask.Reason is { Length: > 0 } reason ? $"\n*Why:* {Escape(reason, 500)}" : "")}"),
                new ActionsBlock
                {
                    BlockId = $"deploy ask {ask.Id.ToString(CultureInfo.InvariantCulture)}",
                    Elements = [DeployButtonHandler.For(ask.Gates.Length > 0 ? $"Plan it with --force {string.Join(',', ask.Gates)}" : "Plan it", verb: "", ask.Typed, ButtonStyle.Primary)],
                },
                Context($"Whoever presses asks for it in their own name{(ask.Gates.Length > 0 ? " and with a reason of their own" : "")}, and its card follows. `{Escape(ask.Code, 60)}`"),
            ],
        };
    }
}
