namespace ChatOps.Tests.Support;

/// <summary>The machine's clock, moved.</summary>
internal sealed class MovedTime : TimeProvider
{
    public TimeSpan By { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;
}
