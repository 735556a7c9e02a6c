using System.Globalization;

namespace ChatOps.Sandbox.Shop.Services;

/// <summary>The <c>--name value</c> pairs that the platform starts a process of the shop with.</summary>
internal sealed class ServiceArguments
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    public ServiceArguments(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i + 1 < arguments.Count; i += 2) values[arguments[i].TrimStart('-')] = arguments[i + 1];
    }

    /// <exception cref="ArgumentException">The platform did not give it.</exception>
    public string this[string name] => values.TryGetValue(name, out var value) ? value : throw new ArgumentException($"--{name} is missing.", nameof(name));

    public bool Has(string name) => values.ContainsKey(name);

    public int Number(string name) => int.Parse(this[name], NumberStyles.None, CultureInfo.InvariantCulture);
}
