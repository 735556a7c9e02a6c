using ChatOps.Slack.Blocks;

namespace ChatOps.Operations;

/// <summary>What is said about operations outside their cards.</summary>
internal static class OperationMessages
{
    public static string QuestionKey(Guid id) => $"operation {id} question";

    /// <summary>Nobody knows what happened: a person looks and says.</summary>
    public static Message Question(Operation operation, string sentence)
    {
        var head = $"{Mrkdwn.User(operation.ConfirmedBy)} {Where(operation)}did the {operation.Kind} of {Mrkdwn.Escape(operation.Target.ToString())} happen? I cannot know.";
        var value = operation.Id.ToString();
        return new Message
        {
            Text = head,
            Blocks =
            [
                new SectionBlock { Text = new Markdown($"*{head}*") },
                new SectionBlock { Text = new Markdown(Mrkdwn.Escape(sentence, 2_500)) },
                new ActionsBlock
                {
                    BlockId = $"operation {value}",
                    Elements =
                    [
                        new Button { ActionId = $"{ActionIds.Settle}:yes", Text = "It happened", Value = value, Style = ButtonStyle.Primary },
                        new Button { ActionId = $"{ActionIds.Settle}:no", Text = "It did not happen", Value = value },
                    ],
                },
                new ContextBlock { Elements = [new Markdown("Until someone answers, nothing else is done to this target. I repeat nothing by myself.")] },
            ],
        };
    }

    /// <summary>The question after it was answered.</summary>
    public static Message Answered(Operation operation, string userId, bool happened)
    {
        var text = $"{Where(operation)}{Mrkdwn.User(userId)} says that the {operation.Kind} of {Mrkdwn.Escape(operation.Target.ToString())} {(happened ? "happened" : "did not happen")}.";
        return new Message { Text = text, Blocks = [new SectionBlock { Text = new Markdown(text) }] };
    }

    /// <summary>A card that its action could not draw, in words.</summary>
    public static Message Plain(Operation operation, string sentence) => new()
    {
        Text = $"Operation {operation.Number} ({operation.Kind} of {Mrkdwn.Escape(operation.Target.ToString())}): {Mrkdwn.Escape(sentence, 2_500)}",
    };

    private static string Where(Operation operation) => operation.Incident is { } incident ? $"Incident {incident}: " : "";
}
