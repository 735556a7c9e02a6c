namespace ChatOps.Observability;

/// <summary>Whether Slack takes the bot's token, as this process saw it last. Messages wait while it does not, and nothing is lost.</summary>
public sealed partial class SlackStanding(TimeProvider time, ILogger<SlackStanding> logger)
{
    private volatile Refusal? refusal;

    /// <summary>What is wrong and what to do, as one sentence; null: Slack takes the token, or nobody has asked yet.</summary>
    public string? Trouble => refusal is { } now ? $"Slack refuses the bot's token ({now.Error}) since {now.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: {ToDo(now.Error)} Messages wait until then, and none is lost." : null;

    /// <summary>Slack took a call.</summary>
    public void Took()
    {
        if (refusal is not { } before) return;
        refusal = null;
        Back(before.Error);
    }

    /// <summary>Slack refused a call for the token's sake.</summary>
    /// <param name="error">Slack's word, such as <c>token_revoked</c>.</param>
    public void Refused(string error)
    {
        if (refusal?.Error == error) return;
        refusal = new Refusal(error, time.GetUtcNow());
        RefusesToken(error, ToDo(error));
    }

    private static string ToDo(string error) => error == "account_inactive"
        ? "install the app in the workspace again, and start the bot with the new token."
        : "copy the current token from the Slack app, and start the bot with it; ./chatops doctor looks at it.";

    [LoggerMessage(Level = LogLevel.Error, Message = "Slack refuses the bot's token ({Error}): {ToDo}")]
    private partial void RefusesToken(string error, string toDo);

    [LoggerMessage(Level = LogLevel.Information, Message = "Slack takes the bot's token again, which it refused before ({Error})")]
    private partial void Back(string error);

    private sealed record Refusal(string Error, DateTimeOffset Since);
}
