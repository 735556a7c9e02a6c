using System.Text.Json;

namespace ChatOps.Slack.Blocks;

/// <summary>Says what Slack would refuse, before Slack does.</summary>
public static class BlockValidation
{
    /// <summary>One sentence for each thing that Slack would refuse; empty when it would accept the message.</summary>
    public static IReadOnlyList<string> Check(Message message)
    {
        var problems = new Problems();
        problems.TooLong("text", message.Text, BlockLimits.MessageText);
        if (message.Text.Length == 0)
            problems.Add("text", "is empty, and notifications and screen readers read it instead of the blocks");
        CheckBlocks(message.Blocks ?? [], BlockLimits.BlocksPerMessage, inView: false, problems);
        return problems.All;
    }

    /// <summary>One sentence for each thing that Slack would refuse; empty when it would accept the view.</summary>
    public static IReadOnlyList<string> Check(ViewDefinition view)
    {
        var problems = new Problems();
        if (view is ModalViewDefinition modal)
        {
            problems.Required("title", modal.Title.Text);
            problems.TooLong("title", modal.Title.Text, BlockLimits.ModalTitle);
            problems.TooLong("submit", modal.Submit?.Text, BlockLimits.ModalSubmit);
            problems.TooLong("close", modal.Close?.Text, BlockLimits.ModalClose);
            if (modal.Submit is null && modal.Blocks.Any(b => b is InputBlock))
                problems.Add("submit", "is missing, and a modal with an input block needs it");
        }
        problems.TooLong("callback_id", view.CallbackId, BlockLimits.CallbackId);
        problems.TooLong("external_id", view.ExternalId, BlockLimits.ExternalId);
        problems.TooLong("private_metadata", view.PrivateMetadata, BlockLimits.PrivateMetadata);
        CheckBlocks(view.Blocks, BlockLimits.BlocksPerView, inView: true, problems);
        if (JsonSerializer.SerializeToUtf8Bytes(view, SlackJson.Options).Length > BlockLimits.ViewBytes)
            problems.Add("view", $"is larger than {BlockLimits.ViewBytes} bytes");
        return problems.All;
    }

    private static void CheckBlocks(ValueList<Block> blocks, int most, bool inView, Problems problems)
    {
        if (blocks.Count > most)
            problems.Add("blocks", $"has {blocks.Count}, at most {most}");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < blocks.Count; i++)
        {
            var at = $"blocks[{i}]";
            if (blocks[i].BlockId is { } id)
            {
                problems.TooLong($"{at}.block_id", id, BlockLimits.BlockId);
                if (id.Length > 0 && !ids.Add(id))
                    problems.Add($"{at}.block_id", $"'{id}' stands twice");
            }
            BlockRules.Check(blocks[i], at, problems);
        }
        if (!inView && problems.CountedText > BlockLimits.AllBlocksText)
            problems.Add("blocks", $"hold {problems.CountedText} characters together, at most about {BlockLimits.AllBlocksText} (msg_blocks_too_long)");
    }
}

/// <summary>What was found, and how much text was seen on the way.</summary>
internal sealed class Problems
{
    private readonly List<string> all = [];

    public IReadOnlyList<string> All => all;

    /// <summary>Characters that people see in the blocks.</summary>
    public int CountedText { get; private set; }

    public void Add(string at, string what) => all.Add($"{at} {what}.");

    public void Required(string at, string? text)
    {
        if (string.IsNullOrEmpty(text))
            Add(at, "is empty");
    }

    public void TooLong(string at, string? text, int most)
    {
        if (text?.Length > most)
            Add(at, $"has {text.Length} characters, at most {most}");
    }

    public void TooMany(string at, int count, int most)
    {
        if (count == 0)
            Add(at, "is empty");
        else if (count > most)
            Add(at, $"has {count}, at most {most}");
    }

    public void Text(string at, TextObject? text, int most, bool required = false)
    {
        if (required)
            Required(at, text?.Text);
        else if (text is { Text.Length: 0 })
            Add(at, "is empty");
        TooLong(at, text?.Text, most);
        Count(text?.Text);
    }

    public void Count(string? text) => CountedText += text?.Length ?? 0;
}
