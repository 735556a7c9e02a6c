namespace ChatOps.Slack.Dispatch;

/// <summary>Whether somebody took the request.</summary>
public enum DispatchResult
{
    Handled,

    /// <summary>This version registers no handler for it; a newer one may.</summary>
    NoHandler,
}
