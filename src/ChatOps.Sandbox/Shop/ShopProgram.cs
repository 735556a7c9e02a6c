using System.Globalization;
using System.Net;

namespace ChatOps.Sandbox.Shop;

/// <summary>The shop alone (<c>shop PORT FOLDER</c>): its platform's API and its controls on 127.0.0.1, for trying an adapter against it.</summary>
internal static class ShopProgram
{
    public static async Task<int> RunAsync(string port, string folder)
    {
        Directory.CreateDirectory(folder);
        await using var shop = await ShopHost.StartAsync(new ShopOptions { StateFolder = folder, ClockFile = Path.Combine(folder, "clock") }, CancellationToken.None);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture)));
        await using var app = builder.Build();
        app.MapShop(shop);
        Console.WriteLine($"shop {shop.WebAddress}, platform http://127.0.0.1:{port}/v1 with token {shop.Token}");
        await app.RunAsync();
        return 0;
    }
}
