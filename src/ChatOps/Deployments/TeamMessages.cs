using ChatOps.Operations;
using ChatOps.Slack.Blocks;
using static ChatOps.Deployments.DeployText;

namespace ChatOps.Deployments;

/// <summary>What a service's team reads of a deploy that goes on in another channel: one short message at its begin and one at its end. Pure.</summary>
public static class TeamMessages
{
    /// <param name="place">Slack's id of the channel where its card is; null: not to be named.</param>
    public static Message Began(Operation operation, DeployPlan plan, string? place)
    {
        var who = plan.RequestedBy == operation.ConfirmedBy ? $"by {PersonOf(operation.ConfirmedBy)}" : $"asked for by {PersonOf(plan.RequestedBy)}, confirmed by {PersonOf(operation.ConfirmedBy)}";
        return Plain($":rocket: *{Title(operation, plan)} begins*, {who}{In(place)}. {StrategyChoice.Word(plan.Strategy)}, instead of {Escape(plan.Running ?? "nothing", 60)}.");
    }

    public static Message Ended(Operation operation, DeployPlan plan, OperationOutcome outcome, string? place)
    {
        var (mark, word) = outcome.Result switch
        {
            OperationResult.Succeeded => (":white_check_mark:", "is done"),
            OperationResult.Failed => (":x:", "was not kept"),
            _ => (":no_entry_sign:", "did not happen"),
        };
        return Plain($"{mark} *{Title(operation, plan)} {word}*{In(place)}. {Draw(outcome.Sentence, 500)}");
    }

    private static string Title(Operation operation, DeployPlan plan) => $"Deploy {Escape(operation.Target.Service, 60)} {Escape(plan.ToVersion, 60)} to {Escape(operation.Target.Environment, 60)}";

    private static string In(string? place) => place is null ? "" : $" in <#{place}>";
}
