using ChatOps.Database;

namespace ChatOps.Observability;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it can record what people ask for. <c>/health/slack</c>: Slack takes its token; a bot without one
/// still takes requests and keeps what it has to say, so that this does not make it unready.
/// </summary>
public static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("ok"));
        app.MapGet("/health/ready", (DatabaseStart database, SlackStanding slack) => database.Ready.IsCompletedSuccessfully
            ? Results.Text(slack.Trouble is { } trouble ? $"ready, but: {trouble}" : "ready")
            : Results.Text("waiting for the database", statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapGet("/health/slack", (SlackStanding slack) => slack.Trouble is { } trouble
            ? Results.Text(trouble, statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ok"));
    }
}
