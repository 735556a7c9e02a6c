namespace ChatOps.Slack;

/// <summary>Slack understood the call and refused it: repeating it unchanged will not help.</summary>
public sealed class SlackException : Exception
{
    public SlackException(string method, string errorCode, string? needed = null, string? provided = null, string? details = null)
        : base($"Slack refused {method}: {errorCode}"
            + (needed is null ? "" : $"; needs the scope {needed}, has {provided}")
            + (details is null ? "." : $" ({details})."))
    {
        Method = method;
        ErrorCode = errorCode;
        Needed = needed;
        Provided = provided;
        Details = details;
    }

    /// <summary>The Web API method, or <c>response_url</c>.</summary>
    public string Method { get; }

    /// <summary>Slack's word, such as <c>channel_not_found</c>; <c>http_404</c> where the answer was not Slack's.</summary>
    public string ErrorCode { get; }

    /// <summary>The scope that is missing.</summary>
    public string? Needed { get; }

    /// <summary>The scopes that the token has.</summary>
    public string? Provided { get; }

    /// <summary>Slack's hints, such as which block is wrong.</summary>
    public string? Details { get; }
}

/// <summary>Slack asks to wait; the call did not happen.</summary>
public sealed class SlackRateLimitedException : Exception
{
    public SlackRateLimitedException(string method, TimeSpan retryAfter)
        : base($"Slack asks to wait {retryAfter.TotalSeconds:0} s before {method} is called again.")
    {
        Method = method;
        RetryAfter = retryAfter;
    }

    public string Method { get; }

    /// <summary>How long from now, for this method in this workspace.</summary>
    public TimeSpan RetryAfter { get; }
}

/// <summary>No clear answer came from Slack.</summary>
public sealed class SlackUnreachableException : Exception
{
    public SlackUnreachableException(string method, bool mayHaveHappened, string reason, Exception? innerException = null)
        : base($"No answer from Slack to {method}: {reason}." + (mayHaveHappened ? " It may have happened." : ""), innerException)
    {
        Method = method;
        MayHaveHappened = mayHaveHappened;
    }

    public string Method { get; }

    /// <summary>False only where Slack certainly did not get the call; true after a timeout, a server error or a lost answer.</summary>
    public bool MayHaveHappened { get; }
}
