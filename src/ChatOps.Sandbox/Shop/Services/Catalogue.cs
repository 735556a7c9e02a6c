namespace ChatOps.Sandbox.Shop.Services;

/// <summary>The products, kept in memory and read again by a job.</summary>
internal sealed class Catalogue(ShopDb db)
{
    private IReadOnlyList<string>? products;

    public async Task<IReadOnlyList<string>> AllAsync(CancellationToken cancellationToken) => products ?? await RefreshAsync(cancellationToken);

    public async Task<IReadOnlyList<string>> RefreshAsync(CancellationToken cancellationToken)
    {
        var fresh = await db.RunAsync("SELECT name FROM products ORDER BY id", async command =>
        {
            var names = new List<string>();
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) names.Add(reader.GetString(0));
            return names;
        }, cancellationToken);
        products = fresh;
        return fresh;
    }
}
