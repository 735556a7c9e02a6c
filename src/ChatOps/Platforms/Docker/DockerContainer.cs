using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Docker;

/// <summary>One container, from <c>GET /containers/{id}/json</c>.</summary>
internal sealed class DockerContainer(JsonNode json)
{
    /// <summary>The Engine kills what has not ended by itself in this time, where nothing else is said.</summary>
    private static readonly TimeSpan UsualGrace = TimeSpan.FromSeconds(10);

    public JsonNode Json => json;

    public string Id { get; } = json.Text("Id") ?? "";

    public string Name { get; } = json.Text("Name")?.TrimStart('/') ?? "";

    /// <summary>As it was asked for: <c>registry:5000/shop:v42</c>, or an id.</summary>
    public string Image { get; } = json.Text("Config", "Image") ?? "";

    public string ImageId { get; } = json.Text("Image") ?? "";

    /// <summary>Null: it was started from an image's id, of which nobody can tell another version.</summary>
    public string? Version { get; } = json.Text("Config", "Image") is { } image && !IsId(image) ? ImageName.Version(image) : null;

    public string? Digest => ImageName.Digest(Image);

    public bool Running => json.Flag("State", "Running") && !Restarting;

    /// <summary>It waits for its restart policy after it ended.</summary>
    public bool Restarting => json.Flag("State", "Restarting");

    public bool Paused => json.Flag("State", "Paused");

    /// <summary>healthy, unhealthy, starting; null: its image has no health check.</summary>
    public string? Health => json.Text("State", "Health", "Status") is { } status and not "none" ? status : null;

    /// <summary>What its health check said last; null: nothing.</summary>
    public string? CheckOutput => json.Items("State", "Health", "Log").LastOrDefault().Text("Output");

    /// <summary>What the Engine says of its last start or end; null: nothing.</summary>
    public string? Error => json.Text("State", "Error");

    public bool Up => Running && !Paused && (Health is null or "healthy");

    public bool OomKilled => json.Flag("State", "OOMKilled");

    public int ExitCode => (int)json.Number("State", "ExitCode");

    public int RestartCount => (int)json.Number("RestartCount");

    public DateTimeOffset? CreatedAt => Moment("Created");

    public DateTimeOffset? StartedAt => Moment("State", "StartedAt");

    public DateTimeOffset? FinishedAt => Moment("State", "FinishedAt");

    /// <summary>To the nanosecond, so that two starts are told apart.</summary>
    public string Start => json.Text("State", "StartedAt") ?? "";

    public TimeSpan Grace => json.At("Config").NumberOrNull("StopTimeout") is { } seconds ? TimeSpan.FromSeconds(Math.Max(0, seconds)) : UsualGrace;

    /// <summary>Null: none.</summary>
    public long? MemoryLimit => json.Number("HostConfig", "Memory") is > 0 and var limit ? limit : null;

    /// <summary>Cores; null: all.</summary>
    public double? CpuLimit => json.Number("HostConfig", "NanoCpus") is > 0 and var nano ? nano / 1e9
        : json.Number("HostConfig", "CpuQuota") is > 0 and var quota ? (double)quota / (json.Number("HostConfig", "CpuPeriod") is > 0 and var period ? period : 100_000) : null;

    public bool Tty => json.Flag("Config", "Tty");

    public IReadOnlyList<string> Variables => [.. json.Items("Config", "Env").Select(e => e.GetValue<string>().Split('=')[0])];

    /// <summary>Who made it, where that was the bot.</summary>
    public string? Label(string name) => json.Text("Config", "Labels", name);

    /// <summary>A replacement can be made beside it and take its place: its image has a name, and it does not go away with its end, nor does somebody else make it.</summary>
    public bool CanBeReplaced => Version is not null && !json.Flag("HostConfig", "AutoRemove") && !Swarm;

    /// <summary>A second one can run at the same time: it has no port, address or network that only one can have.</summary>
    public bool CanOverlap => CanBeReplaced && json.Text("HostConfig", "NetworkMode") != "host"
        && json.Text("HostConfig", "NetworkMode")?.StartsWith("container:", StringComparison.Ordinal) != true
        && !(json.At("HostConfig", "PortBindings") as JsonObject ?? []).SelectMany(p => (p.Value as JsonArray ?? []).OfType<JsonNode>()).Any(b => b.Text("HostPort") is not null and not "0")
        && !Networks.Any(n => n.Value.Text("IPAMConfig", "IPv4Address") is not null || n.Value.Text("IPAMConfig", "IPv6Address") is not null);

    /// <summary>Of a swarm's service: its manager would undo what is done to it.</summary>
    public bool Swarm => Label("com.docker.swarm.service.name") is not null;

    public JsonObject Networks => json.At("NetworkSettings", "Networks") as JsonObject ?? [];

    private DateTimeOffset? Moment(params ReadOnlySpan<string> path) => json.Time(path) is { Year: > 1 } at ? at : null;

    private static bool IsId(string image) => image.StartsWith("sha256:", StringComparison.Ordinal) || (image.Length is 12 or 64 && image.All(char.IsAsciiHexDigitLower));
}
