using ChatOps.Database;

namespace ChatOps.Observability;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it can record what people ask for.</summary>
public static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("ok"));
        app.MapGet("/health/ready", (DatabaseStart database) => database.Ready.IsCompletedSuccessfully
            ? Results.Text("ready")
            : Results.Text("waiting for the database", statusCode: StatusCodes.Status503ServiceUnavailable));
    }
}
