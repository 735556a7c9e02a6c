using ChatOps.Tests.Support;
using Microsoft.Playwright;

namespace ChatOps.Tests.Browser;

/// <summary>The machine's own Chromium, driven by Playwright; nothing is downloaded.</summary>
internal sealed class Chromium(IPlaywright playwright, IBrowser browser) : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    public static async Task<Chromium> StartAsync()
    {
        RealPrograms.Need("chromium", Program);
        var playwright = await Playwright.CreateAsync();
        // Containers have no user namespaces for the sandbox and a small /dev/shm; no graphics card is needed.
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"],
        });
        return new Chromium(playwright, browser);
    }

    public async Task<IPage> OpenAsync(string address, int width, int height, bool touch = false)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            HasTouch = touch,
            IsMobile = touch,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
            ReducedMotion = ReducedMotion.Reduce,
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        await page.GotoAsync(address);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
