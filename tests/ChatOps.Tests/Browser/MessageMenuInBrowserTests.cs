using ChatOps.Tests.Capture;
using ChatOps.Tests.Scenarios;
using Microsoft.Playwright;

namespace ChatOps.Tests.Browser;

/// <summary>What a person can do with a message, with the mouse at a desk and with a thumb on a phone.</summary>
public sealed class MessageMenuInBrowserTests(Bot bot) : IClassFixture<Bot>
{
    [Theory]
    [InlineData("desk", 1280, 800, false)]
    [InlineData("phone", 390, 844, true)]
    public async Task A_message_is_marked_pinned_added_answered_changed_and_deleted_from_its_menu(string where, int width, int height, bool touch)
    {
        var incident = await bot.DeclareAsync($"Menus on a {where}");
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.OpenAsync($"{bot.Workspace.BaseUrl}/#/{incident.Channel}", width, height, touch);
        List<string> problems = [];
        page.PageError += (_, error) => problems.Add(error);
        var pictures = new Pictures(page, page);

        // The page acts as Ana, the first of the people.
        var plan = await SayAsync(page, $"the plan of the {where}");
        await ChooseAsync(plan, "memo");
        (await bot.UntilMessagesAsync(incident.Number, 1)).ShouldHaveSingleItem().Text.ShouldBe($"the plan of the {where}");
        await OpenMenuAsync(plan);
        await pictures.PageAsync($"message-menu-{where}");
        await page.Keyboard.PressAsync("Escape");

        await ChooseAsync(plan, "Edit message");
        var editor = page.GetByRole(AriaRole.Textbox, new() { Name = "Edit message" });
        await editor.FillAsync($"the better plan of the {where}");
        await pictures.PageAsync($"message-edit-{where}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        (await bot.UntilMessagesAsync(incident.Number, 2))[1].Text.ShouldBe($"Edited to: the better plan of the {where}");

        plan = Newest.Message(page, $"the better plan of the {where}");
        await ChooseAsync(plan, "Pin to channel");
        await plan.GetByText("Pinned", new() { Exact = true }).WaitForAsync();
        await ChooseAsync(plan, "Add to timeline");
        await page.GetByText($"It is in the timeline of incident {incident.Number} already").WaitForAsync();
        await ChooseAsync(plan, "Reply in thread");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Reply to thread" }).FillAsync("agreed");
        await page.Keyboard.PressAsync("Enter");
        (await bot.UntilMessagesAsync(incident.Number, 3))[2].Text.ShouldBe("agreed");
        await pictures.PageAsync($"message-thread-{where}");
        await page.Keyboard.PressAsync("Escape");

        var slip = await SayAsync(page, $"a slip of the {where}");
        await ChooseAsync(slip, "Delete message");
        await pictures.PageAsync($"message-delete-{where}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await slip.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        problems.ShouldBeEmpty();
    }

    private static async Task<ILocator> SayAsync(IPage page, string text)
    {
        await page.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^Message ") }).FillAsync(text);
        await page.Keyboard.PressAsync("Enter");
        var message = Newest.Message(page, text);
        await message.WaitForAsync();
        return message;
    }

    private static async Task ChooseAsync(ILocator message, string item)
    {
        await OpenMenuAsync(message);
        await message.GetByRole(AriaRole.Menuitem, new() { Name = item }).First.ClickAsync();
    }

    private static async Task OpenMenuAsync(ILocator message)
    {
        await message.HoverAsync();
        await message.GetByRole(AriaRole.Button, new() { Name = "More actions" }).ClickAsync();
    }
}
