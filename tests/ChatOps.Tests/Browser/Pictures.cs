using Microsoft.Playwright;

namespace ChatOps.Tests.Browser;

/// <summary>Messages as a person finds them: by what they say, the newest first.</summary>
internal static class Newest
{
    /// <summary>In place of a text: the pinned message.</summary>
    public const string Pinned = "📌";

    public static ILocator Message(IPage page, string about)
    {
        var messages = page.GetByRole(AriaRole.Article);
        return messages.Filter(about == Pinned ? new() { Has = page.GetByText("Pinned", new() { Exact = true }) } : new() { HasText = about }).Last;
    }
}

/// <summary>Screenshots of the same message at a desk and on a phone, in the folder that CHATOPS_SCREENSHOTS names; without it, none.</summary>
internal sealed class Pictures(IPage desk, IPage phone)
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("CHATOPS_SCREENSHOTS") is { Length: > 0 } folder ? Path.GetFullPath(folder) : null;

    /// <summary>What stands at the desk, as it is and as narrow as a phone.</summary>
    public async Task PageAsync(string name)
    {
        if (Folder is null) return;
        await desk.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, $"{name}.png") });
        var (width, height) = (desk.ViewportSize!.Width, desk.ViewportSize.Height);
        await desk.SetViewportSizeAsync(phone.ViewportSize!.Width, phone.ViewportSize.Height);
        await desk.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, $"{name}-phone.png") });
        await desk.SetViewportSizeAsync(width, height);
    }

    /// <summary>The newest message with that text, from its first line, on both.</summary>
    public async Task MessageAsync(string name, string text)
    {
        if (Folder is null) return;
        foreach (var (page, suffix) in new[] { (desk, ""), (phone, "-phone") })
        {
            await TakeAsync(page, $"{name}{suffix}", text);
        }
    }

    private static async Task TakeAsync(IPage page, string name, string text)
    {
        var message = Newest.Message(page, text);
        await message.WaitForAsync();
        await message.EvaluateAsync("element => element.scrollIntoView({ block: 'start' })");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder!, $"{name}.png") });
        // The whole of it, however long: the list scrolls inside the window, so the window grows for a moment.
        var (width, height) = (page.ViewportSize!.Width, page.ViewportSize.Height);
        await page.SetViewportSizeAsync(width, 2_400);
        await message.ScreenshotAsync(new LocatorScreenshotOptions { Path = Path.Combine(Folder!, $"{name}-whole.png") });
        await page.SetViewportSizeAsync(width, height);
    }
}
