namespace ChatOps.Slack.Blocks;

/// <summary>The rules of each kind of block.</summary>
internal static class BlockRules
{
    public static void Check(Block block, string at, Problems problems)
    {
        switch (block)
        {
            case SectionBlock section:
                Section(section, at, problems);
                break;
            case HeaderBlock header:
                problems.Text($"{at}.text", header.Text, BlockLimits.Header, required: true);
                break;
            case ContextBlock context:
                Context(context, at, problems);
                break;
            case ActionsBlock actions:
                problems.TooMany($"{at}.elements", actions.Elements.Count, BlockLimits.ActionsElements);
                Elements(actions.Elements, at, problems);
                break;
            case InputBlock input:
                problems.Text($"{at}.label", input.Label, BlockLimits.InputLabel, required: true);
                problems.Text($"{at}.hint", input.Hint, BlockLimits.InputHint);
                if (input.Element is null or Button or OverflowMenu or ImageElement)
                    problems.Add($"{at}.element", "is missing, or is nothing that can be filled in");
                else
                    ElementRules.Check(input.Element, $"{at}.element", problems);
                break;
            case ImageBlock image:
                problems.TooLong($"{at}.image_url", image.ImageUrl, BlockLimits.ImageUrl);
                problems.Required($"{at}.alt_text", image.AltText);
                problems.TooLong($"{at}.alt_text", image.AltText, BlockLimits.ImageAltText);
                problems.Text($"{at}.title", image.Title, BlockLimits.ImageTitle);
                if (image.ImageUrl is null && image.SlackFile is null)
                    problems.Add($"{at}.image_url", "is missing");
                break;
            case RichTextBlock rich:
                foreach (var element in rich.Elements)
                    problems.Count(element.GetRawText());
                break;
            case UnknownBlock unknown:
                problems.Add(at, $"is of the type '{unknown.Type}', which is not known or not shaped so");
                break;
        }
    }

    private static void Section(SectionBlock section, string at, Problems problems)
    {
        if (section.Text is null && section.Fields is not { Count: > 0 })
            problems.Add(at, "has neither text nor fields");
        problems.Text($"{at}.text", section.Text, BlockLimits.SectionText);
        if (section.Fields is { } fields)
        {
            problems.TooMany($"{at}.fields", fields.Count, BlockLimits.SectionFields);
            for (var i = 0; i < fields.Count; i++)
                problems.Text($"{at}.fields[{i}]", fields[i], BlockLimits.SectionField, required: true);
        }
        if (section.Accessory is PlainTextInput)
            problems.Add($"{at}.accessory", "may not be a text input");
        else if (section.Accessory is not null)
            ElementRules.Check(section.Accessory, $"{at}.accessory", problems);
    }

    private static void Context(ContextBlock context, string at, Problems problems)
    {
        problems.TooMany($"{at}.elements", context.Elements.Count, BlockLimits.ContextElements);
        for (var i = 0; i < context.Elements.Count; i++)
        {
            var here = $"{at}.elements[{i}]";
            if (context.Elements[i] is TextObject text)
                problems.Text(here, text, BlockLimits.SectionText, required: true);
            else if (context.Elements[i] is BlockElement element)
                ElementRules.Check(element, here, problems);
        }
    }

    private static void Elements(ValueList<BlockElement> elements, string at, Problems problems)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < elements.Count; i++)
        {
            var here = $"{at}.elements[{i}]";
            if (elements[i] is ImageElement or PlainTextInput)
                problems.Add(here, "may not stand in an actions block");
            if (elements[i] is InteractiveElement { ActionId: var id } && id.Length > 0 && !ids.Add(id))
                problems.Add($"{here}.action_id", $"'{id}' stands twice in one block");
            ElementRules.Check(elements[i], here, problems);
        }
    }
}
