using System.Security.Cryptography;
using System.Text.Json;
using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using Dapper;

namespace ChatOps.Home;

/// <summary>Draws Home tabs and remembers for whom, and what was drawn last.</summary>
public sealed class DrawHome(ReadHome read, Outbox.Outbox outbox, ChatOpsConfig config)
{
    /// <summary>So long after it was opened a Home tab follows what changes. Slack does not tell when it is closed.</summary>
    public static readonly TimeSpan Follows = TimeSpan.FromMinutes(30);

    /// <summary>And so often it is looked whether something has.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>What that person is to see now. No transaction is open.</summary>
    public async Task<HomeViewDefinition> ViewAsync(string person, CancellationToken cancellationToken) =>
        HomeMessages.View(await read.OfAsync(person, cancellationToken), config.Slack.IncidentCommand);

    /// <summary>After the person opened it: drawn in any case, since Slack may show what was drawn days ago.</summary>
    public async Task OpenedAsync(Tx tx, string person, HomeViewDefinition view, CancellationToken cancellationToken)
    {
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO home_views (user_id, opened_at, look_due_at, drawn) VALUES (@person, @now, @due, @drawn)
            ON CONFLICT (user_id) DO UPDATE SET opened_at = excluded.opened_at, look_due_at = excluded.look_due_at, drawn = excluded.drawn
            """,
            new { person, now = tx.Now, due = tx.Now + LookEvery, drawn = Hash(view) }, tx.Transaction, cancellationToken: cancellationToken));
        await outbox.HomeAsync(tx, person, view, cancellationToken);
    }

    /// <summary>Those who opened it lately and whose turn it is; another instance leaves them alone until the next time.</summary>
    public static async Task<IReadOnlyList<(string UserId, string? Drawn)>> ClaimAsync(Tx tx, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<(string, string?)>(new CommandDefinition(
            """
            UPDATE home_views SET look_due_at = CASE WHEN opened_at > @oldest THEN @next END
            WHERE user_id IN (SELECT user_id FROM home_views WHERE look_due_at <= @now ORDER BY look_due_at LIMIT 50 FOR UPDATE SKIP LOCKED)
            RETURNING user_id, drawn
            """,
            new { now = tx.Now, next = tx.Now + LookEvery, oldest = tx.Now - Follows }, tx.Transaction, cancellationToken: cancellationToken))).AsList();

    /// <summary>Draws it anew where it differs from what was drawn last.</summary>
    public async Task ChangedAsync(Tx tx, string person, HomeViewDefinition view, string? drawn, CancellationToken cancellationToken)
    {
        var hash = Hash(view);
        if (hash == drawn) return;
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE home_views SET drawn = @hash WHERE user_id = @person", new { person, hash }, tx.Transaction, cancellationToken: cancellationToken));
        await outbox.HomeAsync(tx, person, view, cancellationToken);
    }

    private static string Hash(HomeViewDefinition view) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes<ViewDefinition>(view, SlackJson.Options)));
}
