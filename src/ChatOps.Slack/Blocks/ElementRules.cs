namespace ChatOps.Slack.Blocks;

/// <summary>The rules of each kind of element.</summary>
internal static class ElementRules
{
    public static void Check(BlockElement element, string at, Problems problems)
    {
        if (element is InteractiveElement interactive)
        {
            problems.Required($"{at}.action_id", interactive.ActionId);
            problems.TooLong($"{at}.action_id", interactive.ActionId, BlockLimits.ActionId);
            Dialog(interactive.Confirm, $"{at}.confirm", problems);
        }

        switch (element)
        {
            case Button button:
                problems.Text($"{at}.text", button.Text, BlockLimits.ButtonText, required: true);
                problems.TooLong($"{at}.value", button.Value, BlockLimits.ButtonValue);
                problems.TooLong($"{at}.url", button.Url, BlockLimits.ButtonUrl);
                problems.TooLong($"{at}.accessibility_label", button.AccessibilityLabel, BlockLimits.ButtonAccessibilityLabel);
                Style(button.Style, at, problems);
                break;
            case StaticSelectMenu menu:
                Menu(menu, at, problems);
                break;
            case UserSelectMenu users:
                problems.Text($"{at}.placeholder", users.Placeholder, BlockLimits.Placeholder);
                break;
            case ConversationSelectMenu conversations:
                problems.Text($"{at}.placeholder", conversations.Placeholder, BlockLimits.Placeholder);
                break;
            case OverflowMenu overflow:
                Options(overflow.Options, BlockLimits.OverflowOptions, at, problems, urls: true);
                break;
            case RadioButtonGroup radios:
                Options(radios.Options, BlockLimits.GroupOptions, at, problems, markdown: true);
                Initial(radios.InitialOption, radios.Options, at, problems);
                break;
            case CheckboxGroup boxes:
                Options(boxes.Options, BlockLimits.GroupOptions, at, problems, markdown: true);
                foreach (var initial in boxes.InitialOptions ?? [])
                    Initial(initial, boxes.Options, at, problems);
                break;
            case PlainTextInput input:
                problems.Text($"{at}.placeholder", input.Placeholder, BlockLimits.Placeholder);
                problems.TooLong($"{at}.initial_value", input.InitialValue, input.MaxLength ?? BlockLimits.InputText);
                if (input.MinLength is < 0 or > BlockLimits.InputText || input.MaxLength is < 1 or > BlockLimits.InputText || input.MinLength > input.MaxLength)
                    problems.Add($"{at}.max_length", $"and min_length must lie between 0 and {BlockLimits.InputText}, the lesser first");
                break;
            case ImageElement image:
                problems.Required($"{at}.alt_text", image.AltText);
                problems.TooLong($"{at}.alt_text", image.AltText, BlockLimits.ImageAltText);
                problems.TooLong($"{at}.image_url", image.ImageUrl, BlockLimits.ImageUrl);
                break;
            case UnknownElement unknown:
                problems.Add(at, $"is of the type '{unknown.Type}', which is not known or not shaped so");
                break;
        }
    }

    private static void Menu(StaticSelectMenu menu, string at, Problems problems)
    {
        problems.Text($"{at}.placeholder", menu.Placeholder, BlockLimits.Placeholder);
        if (menu.Options is null == menu.OptionGroups is null)
        {
            problems.Add(at, "needs either options or option_groups");
            return;
        }
        if (menu.Options is { } options)
            Options(options, BlockLimits.MenuOptions, at, problems);
        if (menu.OptionGroups is { } groups)
        {
            problems.TooMany($"{at}.option_groups", groups.Count, BlockLimits.MenuOptionGroups);
            for (var i = 0; i < groups.Count; i++)
            {
                problems.Text($"{at}.option_groups[{i}].label", groups[i].Label, BlockLimits.OptionGroupLabel, required: true);
                Options(groups[i].Options, BlockLimits.MenuOptions, $"{at}.option_groups[{i}]", problems);
            }
        }
        Initial(menu.InitialOption, menu.Options ?? [.. menu.OptionGroups!.SelectMany(g => g.Options)], at, problems);
    }

    private static void Options(ValueList<Option> options, int most, string at, Problems problems, bool markdown = false, bool urls = false)
    {
        problems.TooMany($"{at}.options", options.Count, most);
        for (var i = 0; i < options.Count; i++)
        {
            var here = $"{at}.options[{i}]";
            problems.Text($"{here}.text", options[i].Text, BlockLimits.OptionText, required: true);
            problems.Required($"{here}.value", options[i].Value);
            problems.TooLong($"{here}.value", options[i].Value, BlockLimits.OptionValue);
            problems.Text($"{here}.description", options[i].Description, BlockLimits.OptionDescription);
            problems.TooLong($"{here}.url", options[i].Url, BlockLimits.OptionUrl);
            if (!markdown && (options[i].Text is Markdown || options[i].Description is Markdown))
                problems.Add(here, "must be plain text: mrkdwn is for radio buttons and checkboxes");
            if (!urls && options[i].Url is not null)
                problems.Add($"{here}.url", "is for overflow menus alone");
        }
    }

    private static void Initial(Option? initial, ValueList<Option> options, string at, Problems problems)
    {
        if (initial is not null && !options.Contains(initial))
            problems.Add($"{at}.initial_option", $"'{initial.Value}' is none of the options, each part of it the same");
    }

    private static void Dialog(ConfirmationDialog? dialog, string at, Problems problems)
    {
        if (dialog is null)
            return;
        problems.Text($"{at}.title", dialog.Title, BlockLimits.ConfirmTitle, required: true);
        problems.Text($"{at}.text", dialog.Text, BlockLimits.ConfirmText, required: true);
        problems.Text($"{at}.confirm", dialog.Confirm, BlockLimits.ConfirmButton, required: true);
        problems.Text($"{at}.deny", dialog.Deny, BlockLimits.ConfirmButton, required: true);
        Style(dialog.Style, at, problems);
    }

    private static void Style(string? style, string at, Problems problems)
    {
        if (style is not (null or ButtonStyle.Primary or ButtonStyle.Danger))
            problems.Add($"{at}.style", $"is '{style}', may be primary or danger or nothing");
    }
}
