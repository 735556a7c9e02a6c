namespace ChatOps.Platforms;

/// <summary>A platform or a source that did not do what it was asked. The message is a sentence for people, without secrets.</summary>
/// <param name="outcome">Whether the request may have had an effect: decides if asking again is safe.</param>
public sealed class PlatformException(string message, CallOutcome outcome, Exception? innerException = null) : Exception(message, innerException)
{
    public CallOutcome Outcome { get; } = outcome;

    /// <summary>The platform's stable word for its refusal (<c>busy</c>, <c>version_unknown</c>); null where it gave none.</summary>
    public string? Code { get; init; }

    /// <summary>It answered, and did not accept who asked: a matter of credentials and rights.</summary>
    public bool CredentialsRefused { get; init; }
}

public enum CallOutcome
{
    /// <summary>The platform said no, or was never reached: nothing happened.</summary>
    NotDone,

    /// <summary>The request may have arrived; the answer did not.</summary>
    Unknown,
}
