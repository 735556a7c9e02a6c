using System.Globalization;

namespace ChatOps.Sandbox.Shop.Services;

/// <summary>The inventory (<c>shop-inventory</c>), which the shop asks for its stock.</summary>
internal static class InventoryProgram
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var release = ReleaseFile.Read(new ServiceArguments(arguments)["release"]);
        await using var web = new ServiceWeb(new ServiceArguments(arguments), release.Version);
        using var stock = new Stock(web);
        web.Log.Info("inventory.host", $"starting release {release.Version} (commit {release.Commit}: {release.Message})");
        web.App.MapGet("/stock", (RequestDelegate)(async context =>
            await ServiceWeb.WriteAsync(context, 200, (await stock.CountAsync(context.RequestAborted)).ToString(CultureInfo.InvariantCulture))));
        web.App.MapGet("/ready", (RequestDelegate)(context => ReadyAnswer.WriteAsync(context, [stock.Check()])));

        var jobs = new ClockJobs(web);
        jobs.Every(TimeSpan.FromSeconds(40), "inventory.stock", stock.BookDeliveriesAsync);
        jobs.Every(TimeSpan.FromSeconds(120), "inventory.sync", cancellationToken =>
        {
            web.Log.Info("inventory.sync", $"warehouse feed applied: {Random.Shared.Next(3, 40)} movements");
            return Task.CompletedTask;
        });
        var running = jobs.RunAsync(e => e is InvalidOperationException, web.Ending);
        await web.RunAsync(stock.Obey);
        await running;
        return 0;
    }
}
