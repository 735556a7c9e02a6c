using ChatOps.Slack.Blocks;

namespace ChatOps.Operations;

public enum ActionCardState
{
    /// <summary>Waits for a press: <see cref="ActionButtons"/> has the buttons.</summary>
    Question,
    Declined,

    /// <summary>Nobody pressed in time; offers Refresh.</summary>
    Expired,

    /// <summary>What the card said is not true any more; <see cref="ActionCard.Text"/> says what changed; offers Refresh.</summary>
    Outdated,

    /// <summary>Confirmed; <see cref="ActionCard.Progress"/> says how far it is.</summary>
    Running,
    Succeeded,
    Failed,

    /// <summary>Ended without anything having happened.</summary>
    NotDone,

    /// <summary>It cannot be known what happened; a person is asked in a message of its own.</summary>
    Unknown,
}

/// <summary>The card between a request and its action, in one of its states: what <see cref="IConfirmedAction.Render"/> draws.</summary>
public sealed record ActionCard
{
    public required Guid Id { get; init; }
    public required string Kind { get; init; }
    public required ActionSubject Subject { get; init; }
    public required string RequestedBy { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required ActionCardState State { get; init; }

    /// <summary>The person who confirmed or declined.</summary>
    public string? DecidedBy { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>One sentence about the state, fit for people, not escaped: why it is outdated, how it ended.</summary>
    public string? Text { get; init; }

    /// <summary>What has been done so far, oldest first, not escaped.</summary>
    public IReadOnlyList<string> Progress { get; init; } = [];

    /// <summary>For people, once it runs; null before.</summary>
    public long? OperationNumber { get; init; }

    /// <summary>The key of its message in the outbox.</summary>
    public static string MessageKeyOf(Guid id) => $"action {id}";
}

/// <summary>The stable words of a card's buttons; messages of years ago carry them.</summary>
public static class ActionIds
{
    public const string Confirm = "action.confirm";
    public const string Decline = "action.decline";
    public const string Refresh = "action.refresh";

    /// <summary>The answer to "did it happen?"; the buttons carry <c>operation.settle:yes</c> and <c>operation.settle:no</c>.</summary>
    public const string Settle = "operation.settle";
}

/// <summary>The buttons that belong to a card's state.</summary>
public static class ActionButtons
{
    /// <summary>The row of buttons, or null where the state has none.</summary>
    /// <param name="confirm">What the danger button says, with the target: "Restart shop-db". At most 75 characters, cut beyond.</param>
    public static ActionsBlock? For(ActionCard card, string confirm)
    {
        var value = card.Id.ToString();
        return card.State switch
        {
            ActionCardState.Question => new ActionsBlock
            {
                BlockId = $"action {value}",
                Elements =
                [
                    new Button { ActionId = ActionIds.Confirm, Text = Mrkdwn.Cut(confirm, 75), Value = value, Style = ButtonStyle.Danger },
                    new Button { ActionId = ActionIds.Decline, Text = "Don't", Value = value },
                ],
            },
            ActionCardState.Expired or ActionCardState.Outdated => new ActionsBlock
            {
                BlockId = $"action {value}",
                Elements = [new Button { ActionId = ActionIds.Refresh, Text = "Refresh", Value = value, Style = ButtonStyle.Primary }],
            },
            _ => null,
        };
    }
}
