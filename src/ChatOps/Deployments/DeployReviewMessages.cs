using ChatOps.Configuration;
using ChatOps.Slack.Blocks;
using static ChatOps.Deployments.DeployText;

namespace ChatOps.Deployments;

/// <summary>What the outcome of a deploy says of its review. Pure.</summary>
public static class DeployReviewMessages
{
    public static Button Button(Guid operation) => new() { ActionId = DeployReviewHandler.ActionId, Text = "I reviewed it", Value = operation.ToString(), Style = ButtonStyle.Primary };

    public static IReadOnlyList<Block> Wanted(Guid operation) =>
    [
        Section($":eyes: The lead deployed it alone: somebody else who may deploy there reviews it within {Durations.Text(ApprovalRule.Review)}."),
        new ActionsBlock { BlockId = $"deploy {operation} review", Elements = [Button(operation)] },
    ];

    public static IReadOnlyList<Block> Done(string by, DateTimeOffset at) => [Context($":eyes: Reviewed by {PersonOf(by)} {At(at)}.")];
}
