using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ChatOps.Platforms.Docker;

/// <summary>Containers, images and records of a service, as the Engine has them.</summary>
internal sealed class DockerReads(DockerCalls calls)
{
    private const string Project = "com.docker.compose.project";
    private const string ComposeService = "com.docker.compose.service";
    private const int LongestEvent = 64 * 1024;

    public static DockerName NameOf(PlatformTarget target) =>
        DockerName.Parse(target.PlatformName) ?? throw DockerFailures.NotDone($"'{target.PlatformName}' is no service on docker: {DockerName.Rule}", "service_unknown");

    /// <exception cref="PlatformException">Among others: there is no such container.</exception>
    public async Task<DockerTarget> ReadAsync(PlatformTarget target, Patience patience)
    {
        var name = NameOf(target);
        return await FindAsync(name, patience) ?? throw DockerFailures.NotDone(name.Project is null
            ? $"{calls.Failures.Name} has no container {name.Name}; correct 'name' of the service in chatops.yaml, or start it there"
            : $"{calls.Failures.Name} has no container of service {name.Name} of the Compose project {name.Project}; correct 'name' of the service in chatops.yaml, or start it there", "service_unknown");
    }

    public async Task<DockerTarget?> FindAsync(DockerName name, Patience patience)
    {
        var filter = name.Project is { } project ? DockerCalls.Filters("label", $"{Project}={project}", $"{ComposeService}={name.Name}") : DockerCalls.Filters("name", $"^/?{Regex.Escape(name.Name)}(\\.chatops-.*)?$");
        var listed = await calls.ReadAsync(EncodedPath.Of(["containers", "json"], ("all", "1"), filter), patience);
        var ids = ((listed as JsonArray)?.OfType<JsonNode>() ?? [])
            .Where(c => c.Text("Labels", "com.docker.compose.oneoff") != "True")
            // The filter is a pattern, which each kind of Engine reads a little differently.
            .Where(c => name.Project is not null || c.Items("Names").Any(n => DockerName.PlaceOf(n.GetValue<string>().TrimStart('/')) == name.Name))
            .Select(c => c.Text("Id")).OfType<string>();
        var containers = await Task.WhenAll(ids.Select(id => InspectAsync(id, patience)));
        return DockerTarget.Of(name, containers.OfType<DockerContainer>());
    }

    /// <summary>Null: it is gone.</summary>
    public async Task<DockerContainer?> InspectAsync(string idOrName, Patience patience) =>
        await calls.FindAsync(EncodedPath.Of(["containers", idOrName, "json"]), patience) is { } json ? new(json) : null;

    /// <summary>Null: it is not here.</summary>
    public Task<JsonNode?> ImageAsync(string reference, Patience patience) => calls.FindAsync($"/images/{string.Join('/', reference.Split('/').Select(Uri.EscapeDataString))}/json", patience);

    /// <summary>Those that are here, of the repository of this image.</summary>
    public async Task<IReadOnlyList<JsonNode>> ImagesAsync(string image, Patience patience)
    {
        var repository = Repository(image);
        var found = await calls.ReadAsync(EncodedPath.Of(["images", "json"], DockerCalls.Filters("reference", repository)), patience);
        return [.. ((found as JsonArray)?.OfType<JsonNode>() ?? []).Where(i => i.Items("RepoTags").Any(t => Repository(t.GetValue<string>()) == repository))];
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<OperationRecord>> RecordsAsync(string target, Patience patience) =>
        OperationRecord.Read((await calls.ReadAsync(EncodedPath.Of(["volumes"], DockerCalls.Filters("label", $"{OperationRecord.TargetLabel}={target}")), patience)).Items("Volumes"));

    /// <summary>What happened to these containers; the Engine remembers its last 256 events at most. Those that come in time: an Engine whose clock is behind keeps its answer open.</summary>
    public async Task<IReadOnlyList<JsonNode>> EventsAsync(IEnumerable<DockerContainer> containers, DateTimeOffset since, DateTimeOffset until, Patience patience)
    {
        var filters = new JsonObject { ["container"] = new JsonArray([.. containers.Select(c => (JsonNode)c.Id)]), ["event"] = new JsonArray("die", "kill", "oom") };
        var path = EncodedPath.Of(["events"], ("since", $"{since.ToUnixTimeSeconds()}"), ("until", $"{until.ToUnixTimeSeconds()}"), ("filters", filters.ToJsonString()));
        var events = new List<JsonNode>();
        using var enough = patience.Deadline.Within(calls.Timeout / 3);
        try
        {
            using var response = await calls.OpenAsync(path, new(patience.Caller, enough.Token));
            await using var stream = await response.Content.ReadAsStreamAsync(enough.Token);
            using var lines = new BoundedLines(stream, LongestEvent);
            while (await lines.ReadAsync(enough.Token) is { } line)
                if (DockerFailures.Parse(line.Span) is { } one) events.Add(one);
        }
        // They tell how a container ended; without them its own state does, a little less.
        catch (Exception e) when (e is PlatformException or IOException or HttpRequestException || (e is OperationCanceledException && !patience.Caller.IsCancellationRequested))
        {
        }
        return events;
    }

    public static string Repository(string image)
    {
        var named = image.Split('@')[0];
        // A colon before the last slash is the registry's port.
        var colon = named.LastIndexOf(':');
        return colon > named.LastIndexOf('/') ? named[..colon] : named;
    }
}
