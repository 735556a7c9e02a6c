namespace ChatOps.Catalog;

/// <summary>One service in one environment: what an action changes and what an operation holds.</summary>
public sealed record Target(string Service, string Environment)
{
    /// <summary>The stable form that rows and keys carry: <c>shop@production</c>.</summary>
    public override string ToString() => $"{Service}@{Environment}";

    public static Target Parse(string text)
    {
        var at = text.LastIndexOf('@');
        return at <= 0 ? throw new FormatException($"'{text}' is not service@environment.") : new(text[..at], text[(at + 1)..]);
    }
}
