using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;

namespace ChatOps.Sandbox.Shop.Services;

/// <summary>The shop itself (<c>shop-web</c>): login, products and cart.</summary>
internal static class WebProgram
{
    private const string RecommendationsSql = "SELECT pg_sleep(0.35), p.name FROM products p LEFT JOIN carts c ON c.product_id = p.id GROUP BY p.name ORDER BY count(c.*) DESC LIMIT 1";

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var given = new ServiceArguments(arguments);
        var release = ReleaseFile.Read(given["release"]);
        await using var web = new ServiceWeb(given, release.Version);
        web.Log.Info("shop.host", $"starting release {release.Version} (commit {release.Commit}: {release.Message})");
        if (release.RequiredVariables.FirstOrDefault(v => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(v))) is { } missing)
        {
            web.Log.Error("shop.host", $"cannot start: the environment variable {missing} is not set");
            return 78;
        }
        if (release.Has(Feature.PriceTable))
        {
            web.Log.Error("shop.prices", "cannot start: the price table has no column vat_class", new KeyNotFoundException("The given key 'vat_class' was not present in the dictionary."));
            return 70;
        }
        await using var db = new ShopDb(Variable("DATABASE_URL"), given.Number("pool"));
        using var inventory = new InventoryCalls(new Uri(Variable("INVENTORY_URL")), web.Log, web.Clock);
        var login = new Login(db, release, web.Clock);
        var catalogue = new Catalogue(db);
        var leak = new MemoryLeak(web, given.Number("memory-limit-mb"));
        web.Metrics.Pool = () => (db.InUse, db.Size);

        if (release.Has(Feature.SessionReplay)) web.App.Use((context, next) => ReplayAsync(context, next, leak));
        if (release.Has(Feature.Recommendations)) web.App.Use((context, next) => RecommendAsync(context, next, db));
        web.App.MapPost("/login", (RequestDelegate)(context => SignInAsync(context, login)));
        web.App.MapGet("/products", (RequestDelegate)(context => ProductsAsync(context, catalogue, inventory)));
        web.App.MapGet("/cart", (RequestDelegate)(context => CartAsync(context, login, db, inventory, release)));
        web.App.MapGet("/ready", (RequestDelegate)(context => ReadyAsync(context, db, inventory, web)));
        var jobs = new WebJobs(web, db, catalogue, leak).RunAsync(web.Ending);
        await web.RunAsync(leak.Obey);
        await jobs;
        return 0;
    }

    // Two pages, half a megabyte, of every request of a user.
    private static Task ReplayAsync(HttpContext context, RequestDelegate next, MemoryLeak leak)
    {
        if (context.Request.Path.Value is "/login" or "/products" or "/cart")
        {
            leak.Keep();
            leak.Keep();
        }
        return next(context);
    }

    private static async Task RecommendAsync(HttpContext context, RequestDelegate next, ShopDb db)
    {
        if (context.Request.Path.Value is "/products" or "/cart")
            await db.RunAsync(RecommendationsSql, command => command.ExecuteNonQueryAsync(context.RequestAborted), context.RequestAborted);
        await next(context);
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");

    private static async Task SignInAsync(HttpContext context, Login login)
    {
        LoginRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync(context.Request.Body, WebJson.Default.LoginRequest, context.RequestAborted);
        }
        catch (JsonException)
        {
            request = null;
        }
        if (request is not { User: { Length: > 0 } user, Password: { Length: > 0 } password })
        {
            await ServiceWeb.WriteAsync(context, 400, "{\"error\":\"user and password are needed\"}");
            return;
        }
        context.Items["user"] = user;
        var token = await login.SignInAsync(user, password, context.RequestAborted);
        if (token is null) await ServiceWeb.WriteAsync(context, 401, "{\"error\":\"wrong user or password\"}");
        else await ServiceWeb.WriteAsync(context, 200, $"{{\"session\":\"{token}\"}}");
    }

    private static async Task ProductsAsync(HttpContext context, Catalogue catalogue, InventoryCalls inventory)
    {
        var products = await catalogue.AllAsync(context.RequestAborted);
        var stock = await inventory.StockAsync(context.RequestAborted);
        await ServiceWeb.WriteAsync(context, 200, string.Create(CultureInfo.InvariantCulture, $"{{\"products\":{products.Count},\"in_stock\":{stock}}}"));
    }

    private static async Task CartAsync(HttpContext context, Login login, ShopDb db, InventoryCalls inventory, ReleaseFile release)
    {
        var token = context.Request.Headers["X-Session"].ToString();
        var user = token.Length == 0 ? null : await login.WhoAsync(token, context.RequestAborted);
        if (user is null)
        {
            await ServiceWeb.WriteAsync(context, 401, "{\"error\":\"no session\"}");
            return;
        }
        context.Items["user"] = user;
        var items = await db.RunAsync(
            release.Has(Feature.CartAddedAt) ? "SELECT count(c.added_at) FROM carts c JOIN users u ON u.id = c.user_id WHERE u.name = $1" : "SELECT count(*) FROM carts c JOIN users u ON u.id = c.user_id WHERE u.name = $1",
           
            command => command.ExecuteScalarAsync(context.RequestAborted), context.RequestAborted, user);
        var stock = await inventory.StockAsync(context.RequestAborted);
        await ServiceWeb.WriteAsync(context, 200, string.Create(CultureInfo.InvariantCulture, $"{{\"items\":{items},\"in_stock\":{stock}}}"));
    }

    private static async Task ReadyAsync(HttpContext context, ShopDb db, InventoryCalls inventory, ServiceWeb web)
    {
        var checks = await Task.WhenAll(CheckDatabaseAsync(db, web.Clock, context.RequestAborted), inventory.CheckAsync(context.RequestAborted));
        await ReadyAnswer.WriteAsync(context, checks);
    }

    private static async Task<ReadyCheck> CheckDatabaseAsync(ShopDb db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            await db.RunAsync("SELECT count(*) FROM users WHERE id = 1", command => command.ExecuteScalarAsync(deadline.Token), deadline.Token);
            return new ReadyCheck("database", true, $"answered a query in {clock.GetElapsedTime(start).TotalMilliseconds:0} ms");
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            return new ReadyCheck("database", false, e is OperationCanceledException ? "no answer to a query in 1 s" : ServiceLog.OnOneLine(e));
        }
    }
}

internal sealed record LoginRequest(string? User, string? Password);

internal sealed record ReadyCheck(string Name, bool Ok, string Detail);

internal sealed record ReadyAnswer(bool Ready, IReadOnlyList<ReadyCheck> Checks)
{
    public static Task WriteAsync(HttpContext context, IReadOnlyList<ReadyCheck> checks)
    {
        var answer = new ReadyAnswer(checks.All(c => c.Ok), checks);
        return ServiceWeb.WriteAsync(context, (int)(answer.Ready ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable), JsonSerializer.Serialize(answer, WebJson.Default.ReadyAnswer));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(ReadyAnswer))]
internal sealed partial class WebJson : JsonSerializerContext;
