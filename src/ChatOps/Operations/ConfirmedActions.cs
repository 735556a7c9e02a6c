using System.Diagnostics.CodeAnalysis;

namespace ChatOps.Operations;

/// <summary>The actions that this version knows, by kind. Rows of other kinds are left for an instance that knows them.</summary>
public sealed class ConfirmedActions(IEnumerable<IConfirmedAction> actions)
{
    private readonly Dictionary<string, IConfirmedAction> byKind = actions.ToDictionary(a => a.Kind, StringComparer.Ordinal);

    public IReadOnlyList<string> Kinds { get; } = [.. actions.Select(a => a.Kind)];

    /// <summary>Kinds that are carried out in one go.</summary>
    public IReadOnlyList<string> OneCallKinds { get; } = [.. actions.OfType<IOneCallAction>().Select(a => a.Kind)];

    /// <summary>Kinds that are carried out in steps.</summary>
    public IReadOnlyList<string> SteppedKinds { get; } = [.. actions.OfType<ISteppedAction>().Select(a => a.Kind)];

    /// <exception cref="InvalidOperationException">This version does not know the kind.</exception>
    public IConfirmedAction Of(string kind) => byKind.GetValueOrDefault(kind) ?? throw new InvalidOperationException($"This version knows no action '{kind}'.");

    /// <exception cref="InvalidOperationException">This version does not know the kind, or carries it out otherwise.</exception>
    public T Of<T>(string kind)
        where T : IConfirmedAction => Of(kind) is T action ? action : throw new InvalidOperationException($"The action '{kind}' is no {typeof(T).Name}.");

    public bool TryFind(string kind, [NotNullWhen(true)] out IConfirmedAction? action) => byKind.TryGetValue(kind, out action);
}
