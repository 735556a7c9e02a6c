namespace ChatOps.Confirmations;

/// <summary>How long a card waits.</summary>
public sealed record ConfirmationOptions
{
    public TimeSpan Life { get; init; } = TimeSpan.FromMinutes(10);
}
