using System.Globalization;
using ChatOps.Sandbox.Demo;
using ChatOps.Sandbox.Shop;
using ChatOps.Sandbox.Shop.Services;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

return args switch
{
    ["demo", .. var rest] => await DemoCommand.RunAsync(rest),
    ["shop-web", .. var rest] => await WebProgram.RunAsync(rest),
    ["shop-inventory", .. var rest] => await InventoryProgram.RunAsync(rest),
    ["shop", var port, var folder] => await ShopProgram.RunAsync(port, folder),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("demo: the shop, a Slack workspace and the bot.");
    Console.Error.WriteLine("shop PORT FOLDER: the shop alone, with its platform's API on that port.");
    Console.Error.WriteLine("shop-web, shop-inventory: started by the shop's platform.");
    return 64;
}
