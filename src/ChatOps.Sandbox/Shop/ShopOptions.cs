using System.Security.Cryptography;

namespace ChatOps.Sandbox.Shop;

/// <summary>How the shop is to be started.</summary>
public sealed record ShopOptions
{
    /// <summary>Holds database, logs, releases and the platform's operations. Logs of an earlier run are removed at the start.</summary>
    public required string StateFolder { get; init; }

    /// <summary>The file of the <see cref="ChatOps.Scheduling.SharedClock"/> that workspace, shop and bot have in common.</summary>
    public required string ClockFile { get; init; }

    /// <summary>The bearer token of the platform's API.</summary>
    public string Token { get; init; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>
    /// The past that real traffic fills before the shop counts as started: the clock is set back by this and wound forward again.
    /// Zero: the shop starts now and has no past but its releases.
    /// </summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long winding through the warm-up takes on the wall.</summary>
    public TimeSpan WarmUpTakes { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>How fast the memory-leak fault grows.</summary>
    public int LeakBytesPerSecond { get; init; } = 8 << 20;

    /// <summary>Users' requests a second.</summary>
    public int RequestsPerSecond { get; init; } = 20;
}
