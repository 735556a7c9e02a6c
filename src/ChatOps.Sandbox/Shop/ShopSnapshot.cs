using System.Text.Json.Serialization;
using ChatOps.Sandbox.Shop.Platform;

namespace ChatOps.Sandbox.Shop;

/// <summary>The shop at a glance: <c>GET /control/shop</c>.</summary>
public sealed record ShopSnapshot(IReadOnlyList<ShopService> Services, IReadOnlyList<ShopFault> Faults, ShopTruth Truth);

/// <param name="Status">running, degraded, starting, stopped or crashed.</param>
/// <param name="Candidate">"v43 with 5 %"; null: nothing is tried beside it.</param>
public sealed record ShopService(string Name, string Environment, string Kind, string Status, string? Version, string? Candidate, string Detail, int Restarts, double MemoryMb, double MemoryLimitMb);

public sealed record ShopFault(string Name, string Description, bool Active, DateTimeOffset? Since);

/// <summary>What really happened, measured by a login every 200 ms: what the bot's figures are compared with. All by the shared clock.</summary>
/// <param name="BrokenAt">When the latest fault was caused.</param>
/// <param name="LoginFailingSince">The first failed login of the latest outage (two in a row make one); null: logins have not failed.</param>
/// <param name="LoginOkSince">The first login that succeeded after it; null: they still fail, or never failed.</param>
public sealed record ShopTruth(DateTimeOffset? BrokenAt, DateTimeOffset? LoginFailingSince, DateTimeOffset? LoginOkSince);

internal sealed record BreakRequest(string? Fault);

internal sealed record ControlAnswer(bool Ok, string? Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(ShopSnapshot))]
[JsonSerializable(typeof(BreakRequest))]
[JsonSerializable(typeof(ControlAnswer))]
internal sealed partial class ShopJson : JsonSerializerContext;
