using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;
using Microsoft.Playwright;

namespace ChatOps.Tests.Browser;

/// <summary>The Home tab and a reminder as a person sees them, at a desk and on a phone.</summary>
public sealed class HomePicturesTests(BotWithReports bot) : IClassFixture<BotWithReports>
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("CHATOPS_SCREENSHOTS") is { Length: > 0 } folder ? Path.GetFullPath(folder) : null;

    [Fact]
    public async Task The_Home_tab_fits_a_desk_and_a_phone_and_its_button_works_with_the_mouse()
    {
        var first = await bot.DeclareAsync("Nobody can log in");
        var second = await bot.DeclareAsync("Search shows *old* prices & <nothing> from today, 検索が古い価格を表示する", "search");
        await bot.ValueAsync<int>("UPDATE incidents SET lead = 'U0BEN00001', severity = 3, private = true WHERE number = @Number RETURNING 1", second);
        await TaskAsync(first, "Raise the memory limit of shop-db to 2 GB and write down why", bot.Now.AddDays(-2));
        await TaskAsync(first, "Let the shop reconnect to its database with a growing pause", bot.Now.AddDays(3));
        await bot.CommandAsync("ana", "general", "start \"Checkout slow\" --service shop --sev 3 --new");
        var over = await bot.DeclaredAsync("Checkout slow");
        await bot.CommandAsync("ana", over.Channel, "resolve a restart");
        await bot.SeeAsync(over.Channel, "the post-mortem", m => m.Button("postmortem.review") is not null);
        await bot.AdvanceAsync(TimeSpan.FromMinutes(61));
        await bot.SeeAsync(first.Channel, "the reminder", m => m.Shown.Contains("an update is due", StringComparison.Ordinal));

        await using var chromium = await Chromium.StartAsync();
        var desk = await chromium.OpenAsync(bot.Workspace.BaseUrl, 1280, 800);
        var phone = await chromium.OpenAsync(bot.Workspace.BaseUrl, 390, 844, touch: true);
        await desk.GetByRole(AriaRole.Link, new() { NameRegex = new("Home$", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        // Its address is known here once the page has gone there.
        await SeeHomeAsync(desk);
        await phone.GotoAsync(desk.Url);
        await SeeHomeAsync(phone);
        await TakeAsync(desk, "home");
        await TakeAsync(phone, "home-phone");
        (await phone.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390, "nothing may make a phone scroll sideways");

        await desk.GetByRole(AriaRole.Button, new() { Name = "Done" }).First.ClickAsync();
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM incident_tasks WHERE state = 'done'") == 1, "the task is done", TimeSpan.FromSeconds(90));
        await Assertions.Expect(desk.GetByRole(AriaRole.Button, new() { Name = "Done" })).ToHaveCountAsync(1, new() { Timeout = 20_000 });

        await desk.GetByRole(AriaRole.Link, new() { NameRegex = new("^inc-" + first.Number + "-", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        await Assertions.Expect(desk.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync($"inc-{first.Number}-");
        await phone.GotoAsync(desk.Url);
        await new Pictures(desk, phone).MessageAsync("reminder", "an update is due");
    }

    private static Task SeeHomeAsync(IPage page) => Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Home" })).ToContainTextAsync("follows what changes", new() { Timeout = 20_000 });

    private static async Task TakeAsync(IPage page, string name)
    {
        if (Folder is null) return;
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, $"{name}.png") });
        var (width, height) = (page.ViewportSize!.Width, page.ViewportSize.Height);
        await page.SetViewportSizeAsync(width, 2_600);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, $"{name}-whole.png") });
        await page.SetViewportSizeAsync(width, height);
    }

    private Task<long> TaskAsync(Declared incident, string text, DateTimeOffset due) => bot.ValueAsync<long>(
        "INSERT INTO incident_tasks (incident, text, owner, created_by, created_at, due_at, request_id) VALUES (@Number, @text, 'U0ANA00001', 'U0BEN00001', @Now, @due, @request) RETURNING number",
        new { incident.Number, text, bot.Now, due, request = Random.Shared.NextInt64(1, long.MaxValue) });
}
