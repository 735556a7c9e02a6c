using System.Text.RegularExpressions;
using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Scenarios;
using Microsoft.Playwright;

namespace ChatOps.Tests.Browser;

/// <summary>The flow as a person meets it: the page in a real browser, the whole demo behind it.</summary>
[Collection(nameof(WholeIncidents))]
public sealed partial class OutageInBrowserTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_person_takes_an_outage_to_its_post_mortem_with_mouse_and_keyboard()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var chromium = await Chromium.StartAsync();
        var folder = Directory.CreateTempSubdirectory("chatops-browser-").FullName;
        var demo = await DemoHost.StartAsync(
            TestDemo.Options(folder) with { PageFolder = Path.Combine(AppContext.BaseDirectory, "page") },
            output.WriteLine, cancellationToken);
        await using (demo)
        {
            var page = await chromium.OpenAsync(demo.Workspace.BaseUrl, 1280, 800);
            var phone = await chromium.OpenAsync(demo.Workspace.BaseUrl, 390, 844, touch: true);
            var pictures = new Pictures(page, phone);
            try
            {
                await PlayAsync(demo, page, phone, pictures, cancellationToken);
            }
            catch
            {
                await pictures.PageAsync("failure");
                output.WriteLine(await page.GetByRole(AriaRole.Log).InnerTextAsync());
                output.WriteLine(await File.ReadAllTextAsync(demo.Bot.LogFile, cancellationToken));
                throw;
            }
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task PlayAsync(DemoHost demo, IPage page, IPage phone, Pictures pictures, CancellationToken cancellationToken)
    {
        List<string> problems = [];
        page.PageError += (_, error) => problems.Add(error);
        phone.PageError += (_, error) => problems.Add(error);

        await BreakTheShopAsync(page, pictures);
        await DeclareAsync(page, pictures);
        var channel = page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { NameRegex = IncidentChannel() });
        await channel.ClickAsync();
        await phone.GotoAsync(page.Url);

        await SeeAsync(page, "Incident 1 · assess", "shop-db");
        await pictures.MessageAsync("assessment", "Incident 1 · assess");
        await pictures.MessageAsync("summary", Newest.Pinned);
        await PressAsync(page, "Incident 1 · assess", "Accept as SEV1");
        await SeeAsync(page, Newest.Pinned, "SEV1");

        await PressAsync(page, "Incident 1 · assess", "Logs");
        await SeeAsync(page, "Incident 1 · logs", "NEW");
        await pictures.MessageAsync("logs", "Incident 1 · logs");
        await PressAsync(page, "Incident 1 · logs", "Resources");
        await SeeAsync(page, "Incident 1 · resources", "NOT RUNNING");
        await pictures.MessageAsync("resources", "Incident 1 · resources");
        await PressAsync(page, "Incident 1 · resources", "Choose a fix");
        await SeeAsync(page, "Incident 1 · fix", "Way back");
        await pictures.MessageAsync("fix", "Incident 1 · fix");
        await PressAsync(page, "Incident 1 · fix", "Restart shop-db");

        await SeeAsync(page, "Who may press", "Way back");
        await pictures.MessageAsync("card", "Who may press");
        demo.Shop.Snapshot().Truth.LoginOkSince.ShouldBeNull("nothing may happen before the button on the card is pressed");
        await PressAsync(page, "Who may press", "Restart shop-db");
        await SeeAsync(page, "the restart of shop-db is done", "Verify");
        await pictures.MessageAsync("done", "the restart of shop-db is done");
        await PressAsync(page, "the restart of shop-db is done", "Verify");
        await SeeAsync(page, "Incident 1 · verify", "Resolve it?");
        await pictures.MessageAsync("verify", "Incident 1 · verify");

        await PassHealthyMinutesAsync(demo, page, cancellationToken);
        await PressAsync(page, "Incident 1 · verify", "Resolve");
        // The button asks what fixed it, and knows.
        var asked = page.GetByRole(AriaRole.Dialog, new() { Name = "Resolve the incident" });
        await Assertions.Expect(asked.GetByRole(AriaRole.Textbox)).ToHaveValueAsync("Restart of shop-db");
        await asked.GetByRole(AriaRole.Button, new() { Name = "Resolve", Exact = true }).ClickAsync();
        await SeeAsync(page, "Post-mortem of incident 1", "Downtime");
        await pictures.MessageAsync("post-mortem", "Post-mortem of incident 1");
        await pictures.MessageAsync("summary-resolved", Newest.Pinned);

        var shown = await page.GetByRole(AriaRole.Log).InnerTextAsync() + await phone.GetByRole(AriaRole.Log).InnerTextAsync();
        RawMarks().Matches(shown).Select(m => m.Value).ShouldBeEmpty("what Slack draws must not be shown as it is written");
        (await phone.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390, "nothing may make a phone scroll sideways");
        problems.ShouldBeEmpty();
    }

    private static async Task BreakTheShopAsync(IPage page, Pictures pictures)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Shop", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cause database-down" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Logins fail since" })).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await pictures.PageAsync("shop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close shop" }).ClickAsync();
    }

    private static async Task DeclareAsync(IPage page, Pictures pictures)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "general", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Message #general" }).FocusAsync();
        await page.Keyboard.TypeAsync("/incident start");
        await page.Keyboard.PressAsync("Enter");
        var form = page.GetByRole(AriaRole.Dialog, new() { Name = "Start an incident" });
        await form.WaitForAsync();
        // The form gives the first field the focus.
        await page.Keyboard.TypeAsync("Nobody can log in");
        await form.GetByRole(AriaRole.Combobox, new() { Name = "Service" }).SelectOptionAsync("shop");
        await pictures.PageAsync("start");
        await form.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await form.WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    private static async Task PassHealthyMinutesAsync(DemoHost demo, IPage page, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 10 && await demo.RowAsync("SELECT mitigated_at::text FROM incidents WHERE mitigated_at IS NOT NULL", cancellationToken) is null; i++)
        {
            var before = await demo.RowAsync("SELECT count(*)::text FROM probes", cancellationToken);
            await page.GetByRole(AriaRole.Button, new() { Name = "+1 min" }).ClickAsync();
            await Assertions.Expect(page.Locator(".sandbox-time")).ToContainTextAsync($"+{i + 1} min");
            await ControlClient.UntilAsync("the next probe", Patience, async () => await demo.RowAsync("SELECT count(*)::text FROM probes", cancellationToken) is { } now && now != before ? now : null, cancellationToken);
        }
        await SeeAsync(page, Newest.Pinned, "Healthy since");
    }

    private static Task SeeAsync(IPage page, string about, string fact) => Assertions.Expect(Newest.Message(page, about)).ToContainTextAsync(fact, new() { Timeout = (float)Patience.TotalMilliseconds });

    private static Task PressAsync(IPage page, string about, string button) => Newest.Message(page, about).GetByRole(AriaRole.Button, new() { Name = button }).First.ClickAsync();

    [GeneratedRegex("^inc-1-")]
    private static partial Regex IncidentChannel();

    [GeneratedRegex("<!\\w[^>]*>|<@\\w+>|<#\\w+|:[a-z]+(_[a-z]+)+:|:(wrench|books|hand|x|eyes|warning):|&(amp|lt|gt);")]
    private static partial Regex RawMarks();
}
