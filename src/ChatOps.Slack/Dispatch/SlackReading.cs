namespace ChatOps.Slack.Dispatch;

/// <summary>What a body turned out to be.</summary>
internal enum SlackReadingKind
{
    /// <summary>Neither JSON nor a form that Slack sends.</summary>
    Broken,

    /// <summary>Well formed, of a kind that this version does not know.</summary>
    Unknown,

    Request,

    /// <summary>Slack asks whether this address is ours.</summary>
    Challenge,

    /// <summary>Slack tests the certificate.</summary>
    SslCheck,
}

/// <summary>The result of looking at a body.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Request">Set for <see cref="SlackReadingKind.Request"/>.</param>
/// <param name="Challenge">Set for <see cref="SlackReadingKind.Challenge"/>.</param>
internal readonly record struct SlackReading(SlackReadingKind Kind, SlackRequest? Request = null, string? Challenge = null);
