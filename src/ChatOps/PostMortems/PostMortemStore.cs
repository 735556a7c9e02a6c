using System.Text.Json;
using ChatOps.Database;
using Dapper;
using Npgsql;

namespace ChatOps.PostMortems;

/// <summary>The versions of post-mortems. A row is added and never changed.</summary>
public sealed class PostMortemStore(NpgsqlDataSource database)
{
    private const string Columns = "incident, version, state, sections::text AS sections, markdown, made_by, made_at";

    /// <summary>The newest version, for a form.</summary>
    public async Task<PostMortem?> LatestAsync(int incident, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM post_mortems WHERE incident = @incident ORDER BY version DESC LIMIT 1", new { incident }, cancellationToken: cancellationToken)))?.ToPostMortem();
    }

    public async Task<PostMortem?> VersionAsync(int incident, int version, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM post_mortems WHERE incident = @incident AND version = @version", new { incident, version }, cancellationToken: cancellationToken)))?.ToPostMortem();
    }

    /// <summary>As <see cref="LatestAsync(int, CancellationToken)"/>, within the transaction that has the incident's row locked: no other version comes between.</summary>
    public static async Task<PostMortem?> LatestAsync(Tx tx, int incident, CancellationToken cancellationToken) =>
        (await tx.Connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM post_mortems WHERE incident = @incident ORDER BY version DESC LIMIT 1", new { incident }, tx.Transaction, cancellationToken: cancellationToken)))?.ToPostMortem();

    /// <summary>Adds a version. False: this request added one before.</summary>
    public static async Task<bool> AddAsync(Tx tx, PostMortem postMortem, CancellationToken cancellationToken) =>
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO post_mortems (incident, version, state, sections, markdown, made_by, made_at, request_id)
            VALUES (@Incident, @Version, @state, @sections::jsonb, @Markdown, @MadeBy, @MadeAt, @requestId)
            ON CONFLICT (request_id) WHERE request_id IS NOT NULL DO NOTHING
            """,
            new
            {
                postMortem.Incident,
                postMortem.Version,
                state = postMortem.State == PostMortemState.Reviewed ? "reviewed" : "draft",
                sections = JsonSerializer.Serialize(postMortem.Sections.Select(Kept.Of), JsonSerializerOptions.Web),
                postMortem.Markdown,
                postMortem.MadeBy,
                postMortem.MadeAt,
                requestId = tx.RequestId,
            },
            tx.Transaction, cancellationToken: cancellationToken)) > 0;

    private sealed record Row
    {
        public int Incident { get; init; }
        public int Version { get; init; }
        public string State { get; init; } = "";
        public string Sections { get; init; } = "[]";
        public string Markdown { get; init; } = "";
        public string MadeBy { get; init; } = "";
        public DateTimeOffset MadeAt { get; init; }

        public PostMortem ToPostMortem() => new()
        {
            Incident = Incident,
            Version = Version,
            State = State == "reviewed" ? PostMortemState.Reviewed : PostMortemState.Draft,
            Sections = [.. JsonSerializer.Deserialize<List<Kept>>(Sections, JsonSerializerOptions.Web)!.Select(k => k.ToSection())],
            Markdown = Markdown,
            MadeBy = MadeBy,
            MadeAt = MadeAt,
        };
    }

    /// <summary>A section as its row keeps it: the names are those of the table's comment.</summary>
    private sealed record Kept(
        string Name, string Text,
        [property: System.Text.Json.Serialization.JsonPropertyName("edited_by")] string? EditedBy,
        [property: System.Text.Json.Serialization.JsonPropertyName("edited_at")] DateTimeOffset? EditedAt,
        string? Replaced)
    {
        public static Kept Of(Section s) => new(s.Name, s.Text, s.EditedBy, s.EditedAt, s.Replaced);

        public Section ToSection() => new() { Name = Name, Text = Text, EditedBy = EditedBy, EditedAt = EditedAt, Replaced = Replaced };
    }
}
