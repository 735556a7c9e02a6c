using System.Text.Json;

namespace ChatOps.Sandbox.Shop;

/// <summary>The shop's part of the control interface, and its platform's API.</summary>
public static class ShopEndpoints
{
    /// <summary>Maps <c>/control/shop</c>, <c>/control/shop/break</c>, <c>/control/shop/heal</c> and <c>/v1/…</c> (docs/http-platform.md).</summary>
    public static void MapShop(this WebApplication app, ShopHost shop)
    {
        app.MapGet("/control/shop", (RequestDelegate)(context => context.Response.WriteAsJsonAsync(shop.Snapshot(), ShopJson.Default.ShopSnapshot, cancellationToken: context.RequestAborted)));
        app.MapPost("/control/shop/heal", (RequestDelegate)(context => AnswerAsync(context, () => shop.HealAsync(context.RequestAborted))));
        app.MapPost("/control/shop/break", (RequestDelegate)(context => AnswerAsync(context, async () =>
        {
            var request = await JsonSerializer.DeserializeAsync(context.Request.Body, ShopJson.Default.BreakRequest, context.RequestAborted);
            await shop.BreakAsync(request?.Fault ?? "", context.RequestAborted);
        })));
        shop.Api.Map(app);
    }

    private static async Task AnswerAsync(HttpContext context, Func<Task> work)
    {
        var (status, error) = (200, default(string));
        try
        {
            await work();
        }
        catch (Exception e) when (e is ArgumentException or JsonException)
        {
            (status, error) = (400, e.Message);
        }
        catch (InvalidOperationException e)
        {
            (status, error) = (409, e.Message);
        }
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(new ControlAnswer(error is null, error), ShopJson.Default.ControlAnswer, cancellationToken: context.RequestAborted);
    }
}
