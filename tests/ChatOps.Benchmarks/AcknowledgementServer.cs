using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Outbox;
using ChatOps.Slack;
using ChatOps.Slack.AspNetCore;
using ChatOps.Slack.Interaction;

namespace ChatOps.Benchmarks;

/// <summary>The bot's way of a request, with a handler that does nothing: what is measured is everything up to the acknowledgement and the worker behind it.</summary>
internal static class AcknowledgementServer
{
    public const string Secret = "benchmark-secret";

    public static async Task<int> RunAsync(string databaseUrl, int port)
    {
        var location = DatabaseLocation.From(databaseUrl, ownerUrl: null, stateFolder: ".");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services
            .AddDatabase(location)
            .AddSlack(new SlackOptions { Transport = SlackTransport.Http, SigningSecret = Secret, BotToken = "xoxb-benchmark" })
            .AddInbox()
            .AddOutbox()
            .AddSlackHandlers(h => h.SlashCommand<NothingToDo>("/incident"));
        var app = builder.Build();
        app.MapSlack();
        app.MapGet("/ready", (DatabaseStart start) => start.Ready.IsCompletedSuccessfully ? Results.Ok() : Results.StatusCode(503));
        await app.RunAsync();
        return 0;
    }

    private sealed class NothingToDo : ISlashCommandHandler
    {
        public Task Handle(SlashCommand command, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
