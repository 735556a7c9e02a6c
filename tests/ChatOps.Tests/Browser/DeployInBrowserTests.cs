using ChatOps.Sandbox.Demo;
using Microsoft.Playwright;

namespace ChatOps.Tests.Browser;

/// <summary>What stands in the way of a deploy and what lets it through, as people meet it in the page, the whole demo behind it.</summary>
public sealed class DeployInBrowserTests(ITestOutputHelper output)
{
    private const string Channel = "deploys";

    [Fact]
    public async Task Lock_freeze_second_person_bad_version_and_Friday_are_met_and_passed_in_the_page()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var chromium = await Chromium.StartAsync();
        var folder = Directory.CreateTempSubdirectory("chatops-browser-").FullName;
        var demo = await DemoHost.StartAsync(TestDemo.Options(folder) with { PageFolder = Path.Combine(AppContext.BaseDirectory, "page") }, output.WriteLine, cancellationToken);
        await using (demo)
        {
            var page = await chromium.OpenAsync(demo.Workspace.BaseUrl, 1280, 800);
            await page.GetByRole(AriaRole.Link, new() { Name = Channel, Exact = true }).ClickAsync();
            var phone = await chromium.OpenAsync(page.Url, 390, 844, touch: true);
            await phone.GotoAsync(page.Url);
            var pictures = new Pictures(page, phone);
            try
            {
                await LockAsync(page, pictures);
                await FreezeAsync(page, pictures);
                await SecondPersonAsync(page, pictures);
                await RollbackAsync(page, pictures);
                await BadVersionAsync(page, pictures);
                await FridayAsync(demo, page, pictures, cancellationToken);
                (await phone.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390, "nothing may make a phone scroll sideways");
            }
            catch
            {
                await pictures.PageAsync("deploy-failure");
                output.WriteLine(await page.GetByRole(AriaRole.Log).InnerTextAsync());
                throw;
            }
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task LockAsync(IPage page, Pictures pictures)
    {
        await TypeAsync(page, "/deploy shop v43 to production --plan");
        await SeeAsync(page, "the plan", "Way back");
        await pictures.MessageAsync("deploy-plan", "the plan");
        await TypeAsync(page, "/deploy lock shop production load test until four");
        await SeeAsync(page, "is locked by", "load test until four");
        await TypeAsync(page, "/deploy shop v43 to production");
        await SeeAsync(page, "not now", "load test until four");
        await pictures.MessageAsync("deploy-refused", "not now");
        await TypeAsync(page, "/deploy unlock shop production");
        await SeeAsync(page, "is unlocked by", "Ana");
    }

    private static async Task FreezeAsync(IPage page, Pictures pictures)
    {
        await TypeAsync(page, "/deploy freeze production the big sale --for 2h");
        await SeeAsync(page, "the big sale", "production");
        await TypeAsync(page, "/deploy shop v43 to production");
        await SeeAsync(page, "not now", "the big sale");
        await pictures.MessageAsync("deploy-frozen", "not now");
    }

    /// <summary>An exception from a freeze: the one who asks cannot be the one who presses.</summary>
    private static async Task SecondPersonAsync(IPage page, Pictures pictures)
    {
        await TypeAsync(page, "/deploy shop v43 to production --force freeze,environment-before --reason the sale needs the new checkout");
        await SeeAsync(page, "Deploy shop v43 to production?", "second person");
        await SeeAsync(page, "overrides 2 gates", "the sale needs the new checkout");
        await pictures.MessageAsync("deploy-card", "Deploy shop v43 to production?");
        await PressAsync(page, "Deploy shop v43 to production?", "Deploy");
        await SeeAsync(page, "somebody else must press", "Nothing was done");

        await ActAsAsync(page, "Ben Okafor");
        await PressAsync(page, "Deploy shop v43 to production?", "Deploy");
        await SeeAsync(page, "Abort and go back", "5 % of the traffic", atMost: 90);
        await pictures.MessageAsync("deploy-progress", "Abort and go back");
        await PressAsync(page, "Abort and go back", "Abort and go back");
        await SeeAsync(page, "was not kept", "aborted it", atMost: 90);
        await pictures.MessageAsync("deploy-aborted", "was not kept");
        await ActAsAsync(page, "Ana Pereira");
        await TypeAsync(page, "/deploy unfreeze production");
        await SeeAsync(page, "the big sale", "Ana");
    }

    /// <summary>What was taken back is refused until somebody takes the mark away.</summary>
    private static async Task BadVersionAsync(IPage page, Pictures pictures)
    {
        await TypeAsync(page, "/deploy shop v41 to production");
        await SeeAsync(page, "not now", "marked bad");
        await pictures.MessageAsync("deploy-bad-version", "not now");
        await TypeAsync(page, "/deploy unmark shop v41 production");
        await SeeAsync(page, "v41", "Ana Pereira took away");
    }

    private static async Task FridayAsync(DemoHost demo, IPage page, Pictures pictures, CancellationToken cancellationToken)
    {
        using var control = new ControlClient(demo.Workspace.BaseUrl);
        var days = ((int)DayOfWeek.Friday - (int)TimeProvider.System.GetUtcNow().DayOfWeek + 7) % 7;
        if (days > 0) await control.AdvanceAsync(TimeSpan.FromDays(days), cancellationToken);
        await TypeAsync(page, "/deploy shop v43 to production");
        await SeeAsync(page, "not now", "Friday");
        await pictures.MessageAsync("deploy-friday", "not now");
    }

    private static async Task RollbackAsync(IPage page, Pictures pictures)
    {
        await TypeAsync(page, "/rollback shop --reason customers see an empty cart");
        await SeeAsync(page, "Which of them are bad?", "customers see an empty cart");
        await pictures.MessageAsync("rollback-card", "Which of them are bad?");
        var card = Newest.Message(page, "Which of them are bad?");
        await card.GetByRole(AriaRole.Checkbox).First.UncheckAsync();
        await Assertions.Expect(card).Not.ToContainTextAsync("marked bad", new() { Timeout = 20_000 });
        await card.GetByRole(AriaRole.Checkbox).First.CheckAsync();
        await Assertions.Expect(card).ToContainTextAsync("v41 marked bad", new() { Timeout = 20_000 });
        await PressAsync(page, "Which of them are bad?", "Roll shop back");
        await SeeAsync(page, "The rollback of shop in production is done", "healthy");
        await pictures.MessageAsync("rollback-done", "Checklist");
    }

    private static async Task TypeAsync(IPage page, string command)
    {
        var box = page.GetByRole(AriaRole.Textbox, new() { Name = $"Message #{Channel}" });
        await box.FillAsync(command);
        await page.Keyboard.PressAsync("Enter");
    }

    private static async Task ActAsAsync(IPage page, string name)
    {
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Act as another person") }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { NameRegex = new($"^{name}") }).Or(page.GetByRole(AriaRole.Menuitemradio, new() { NameRegex = new(name) })).First.ClickAsync();
    }

    private static Task SeeAsync(IPage page, string about, string fact, int atMost = 30) => Assertions.Expect(Newest.Message(page, about)).ToContainTextAsync(fact, new() { Timeout = atMost * 1_000 });

    private static Task PressAsync(IPage page, string about, string button) => Newest.Message(page, about).GetByRole(AriaRole.Button, new() { NameRegex = new($"^{button}") }).First.ClickAsync();
}
