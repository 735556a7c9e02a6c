namespace ChatOps.Slack.Blocks;

/// <summary>What Slack refuses, in characters unless it says otherwise. Source: https://docs.slack.dev/reference/block-kit and the method pages.</summary>
public static class BlockLimits
{
    public const int BlocksPerMessage = 50;
    public const int BlocksPerView = 100;

    /// <summary>All blocks of a message together, about: above it Slack answers <c>msg_blocks_too_long</c>. Not in the documentation; found by trying.</summary>
    public const int AllBlocksText = 13_200;

    /// <summary>Slack cuts the message's text here.</summary>
    public const int MessageText = 40_000;

    public const int ActionId = 255;
    public const int BlockId = 255;
    public const int CallbackId = 255;
    public const int ExternalId = 255;
    public const int PrivateMetadata = 3_000;

    /// <summary>A view as JSON, in bytes.</summary>
    public const int ViewBytes = 250 * 1024;

    /// <summary>Modals on top of each other.</summary>
    public const int ViewDepth = 3;

    public const int ModalTitle = 24;
    public const int ModalSubmit = 24;
    public const int ModalClose = 24;

    public const int Header = 150;
    public const int SectionText = 3_000;
    public const int SectionFields = 10;
    public const int SectionField = 2_000;
    public const int ContextElements = 10;
    public const int ActionsElements = 25;
    public const int InputLabel = 2_000;
    public const int InputHint = 2_000;
    public const int ImageUrl = 3_000;
    public const int ImageAltText = 2_000;
    public const int ImageTitle = 2_000;

    public const int ButtonText = 75;
    public const int ButtonValue = 2_000;
    public const int ButtonUrl = 3_000;
    public const int ButtonAccessibilityLabel = 75;

    public const int ConfirmTitle = 100;
    public const int ConfirmText = 300;
    public const int ConfirmButton = 30;

    public const int Placeholder = 150;
    public const int MenuOptions = 100;
    public const int MenuOptionGroups = 100;
    public const int OptionGroupLabel = 75;
    public const int OverflowOptions = 5;
    public const int GroupOptions = 10;
    public const int OptionText = 75;
    public const int OptionValue = 150;
    public const int OptionDescription = 75;
    public const int OptionUrl = 3_000;
    public const int InputText = 3_000;

    public const int ChannelName = 80;
    public const int Topic = 250;
    public const int InvitedPeople = 100;
}
