using System.Text.Json;
using ChatOps.Database;

namespace ChatOps.Observability;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it has reached its database since the start, which it may lose again. <c>/health/slack</c>: Slack takes its token.
/// <c>/health</c>: how every part is doing, as JSON. That Slack is away or takes no token makes the bot neither dead nor unready: it still takes requests,
/// keeps what it has to say and catches up, and a restart would not help.
/// </summary>
public static class HealthEndpoints
{
    private static readonly JsonSerializerOptions Snake = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IServiceCollection AddHealth(this IServiceCollection services) => services.AddSingleton<ReadHealth>();

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("ok"));
        app.MapGet("/health/ready", (DatabaseStart database, SlackStanding slack) => database.Ready.IsCompletedSuccessfully
            ? Results.Text(slack.Trouble is { } trouble ? $"ready, but: {trouble}" : "ready")
            : Results.Text("waiting for the database", statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapGet("/health/slack", (SlackStanding slack) => slack.Trouble is { } trouble
            ? Results.Text(trouble, statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ok"));
        app.MapGet("/health", async (ReadHealth health, CancellationToken cancellationToken) => Results.Json(await health.ReadAsync(cancellationToken), Snake));
    }
}
