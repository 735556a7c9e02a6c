using System.Diagnostics.CodeAnalysis;

namespace ChatOps.Operations;

/// <summary>The actions that this version knows, by kind. Rows of other kinds are left for an instance that knows them.</summary>
public sealed class ConfirmedActions(IEnumerable<IConfirmedAction> actions)
{
    private readonly Dictionary<string, IConfirmedAction> byKind = actions.ToDictionary(a => a.Kind, StringComparer.Ordinal);

    public IReadOnlyList<string> Kinds { get; } = [.. actions.Select(a => a.Kind)];

    /// <exception cref="InvalidOperationException">This version does not know the kind.</exception>
    public IConfirmedAction Of(string kind) => byKind.GetValueOrDefault(kind) ?? throw new InvalidOperationException($"This version knows no action '{kind}'.");

    public bool TryFind(string kind, [NotNullWhen(true)] out IConfirmedAction? action) => byKind.TryGetValue(kind, out action);
}
