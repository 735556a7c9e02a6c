using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Docker;

/// <summary>The changes of containers that one operation makes, each learned where its answer was lost.</summary>
/// <param name="cancellationToken">Ends with the operation's limit.</param>
internal sealed class ContainerCalls(DockerCalls calls, DockerReads reads, DockerWork work, CancellationToken cancellationToken)
{
    public async Task<DockerContainer?> InspectAsync(string idOrName)
    {
        using var deadline = cancellationToken.Within(calls.Timeout);
        return await reads.InspectAsync(idOrName, new(cancellationToken, deadline.Token));
    }

    public async Task<JsonNode?> ImageAsync(string reference)
    {
        using var deadline = cancellationToken.Within(calls.Timeout);
        return await reads.ImageAsync(reference, new(cancellationToken, deadline.Token));
    }

    /// <exception cref="PlatformException">The registry does not have it, does not give it, or does not answer.</exception>
    public async Task PullAsync(string reference, TimeSpan atMost)
    {
        var repository = DockerReads.Repository(reference);
        var tag = reference.Contains('@', StringComparison.Ordinal) ? reference[(reference.IndexOf('@', StringComparison.Ordinal) + 1)..] : reference[(repository.Length + 1)..];
        var login = calls.Settings is { RegistryUser: { } user, RegistryPassword: { } password }
            ? Convert.ToBase64String(Encoding.UTF8.GetBytes(new JsonObject { ["username"] = user, ["password"] = password, ["serveraddress"] = repository.Split('/')[0] }.ToJsonString())).Replace('+', '-').Replace('/', '_')
            : null;
        try
        {
            var last = await calls.ChangeAsync(HttpMethod.Post, EncodedPath.Of(["images", "create"], ("fromImage", repository), ("tag", tag)), body: null, atMost, cancellationToken, login);
            if (last.Text("error") is { } error) throw DockerFailures.NotDone(error);
        }
        catch (PlatformException e)
        {
            var failure = new PlatformException($"the image {calls.Failures.Clean(reference)} is not on {calls.Failures.Name} and cannot be pulled: {calls.Failures.Short(e.Message)}; nothing was changed", CallOutcome.NotDone, e) { Code = "version_unknown" };
            work.Fail(failure);
            throw failure;
        }
    }

    /// <returns>Its id; of one that is there already by that name, that one's.</returns>
    public async Task<string> CreateAsync(string name, JsonObject body, IReadOnlyList<(string Name, JsonObject Endpoint)> more)
    {
        string? id = (await InspectAsync(name))?.Id;
        if (id is null)
        {
            await work.ActAsync(
                async () => id = (await calls.ChangeAsync(HttpMethod.Post, EncodedPath.Of(["containers", "create"], ("name", name)), body, atMost: null, cancellationToken)).Text("Id"),
                async () => (id = (await InspectAsync(name))?.Id) is not null, calls.Timeout, cancellationToken);
        }
        var there = await InspectAsync(id!);
        foreach (var (network, endpoint) in more.Where(n => there?.Networks.ContainsKey(n.Name) == false))
        {
            await ActAsync(HttpMethod.Post, EncodedPath.Of(["networks", network, "connect"]), new() { ["Container"] = id, ["EndpointConfig"] = endpoint.DeepClone() }, id!, c => c.Networks.ContainsKey(network));
        }
        return id!;
    }

    public async Task StartAsync(string id)
    {
        var before = await InspectAsync(id);
        if (before?.Running == true) return;
        await ActAsync(HttpMethod.Post, EncodedPath.Of(["containers", id, "start"]), null, id, c => c.Start != before?.Start);
    }

    public async Task StopAsync(DockerContainer container)
    {
        if (await InspectAsync(container.Id) is { Running: false, Restarting: false }) return;
        await ActAsync(HttpMethod.Post, EncodedPath.Of(["containers", container.Id, "stop"]), null, container.Id, c => c is { Running: false, Restarting: false }, container.Grace);
    }

    public Task RestartAsync(DockerContainer container) =>
        ActAsync(HttpMethod.Post, EncodedPath.Of(["containers", container.Id, "restart"]), null, container.Id, c => c.Running && c.Start != container.Start, container.Grace);

    public async Task RenameAsync(string id, string name)
    {
        if ((await InspectAsync(id))?.Name == name) return;
        await ActAsync(HttpMethod.Post, EncodedPath.Of(["containers", id, "rename"], ("name", name)), null, id, c => c.Name == name);
    }

    public Task UpdateAsync(string id, JsonObject changed, Func<DockerContainer, bool> isDone) => ActAsync(HttpMethod.Post, EncodedPath.Of(["containers", id, "update"]), changed, id, isDone);

    /// <summary>With force, and without its volumes.</summary>
    public Task RemoveAsync(string id) => work.ActAsync(
        () => calls.ChangeAsync(HttpMethod.Delete, EncodedPath.Of(["containers", id], ("force", "1"), ("v", "0")), body: null, calls.Timeout * 2, cancellationToken),
        async () => await InspectAsync(id) is null, calls.Timeout, cancellationToken);

    public Task UpAsync(string id, string what, DateTimeOffset since, int restarts = 0) => work.UpAsync(() => InspectAsync(id), what, since, restarts, calls.Failures, cancellationToken);

    /// <summary>What an interrupted operation left is brought to its end where it had taken over, else undone: then each place has its one container, and it runs.</summary>
    public async Task ClearUpAsync(DockerTarget target)
    {
        work.Progress = "clearing up after an interrupted operation";
        foreach (var container in target.Current.Where(c => DockerName.IsBeside(c.Name))) await RenameAsync(container.Id, DockerName.PlaceOf(container.Name));
        foreach (var container in target.Beside)
        {
            var place = target.Current.First(c => DockerName.PlaceOf(c.Name) == DockerName.PlaceOf(container.Name));
            if (target.TookOver)
            {
                await RenameAsync(place.Id, DockerName.Kept(place.Name, DockerName.MarkOf(container.Name)));
                await RenameAsync(container.Id, place.Name);
                await PutAwayAsync(place, target.Name);
            }
            else
            {
                await StopAsync(container);
                await StartAsync(place.Id);
                await TakeBackAsync(container);
            }
        }
        foreach (var container in target.Kept.Where(c => c.Running || target.Name.Project is not null))
        {
            await PutAwayAsync(container, target.Name);
            foreach (var place in target.Current.Where(c => DockerName.PlaceOf(c.Name) == DockerName.PlaceOf(container.Name))) await StartAsync(place.Id);
        }
    }

    /// <summary>Away from beside a place: removed where it was made for it, kept where it had been.</summary>
    public async Task TakeBackAsync(DockerContainer container)
    {
        var made = container.Label(OperationRecord.IdLabel) is { } id && container.Label(OperationRecord.TargetLabel) is { } of && OperationRecord.MarkOf(of, id) == DockerName.MarkOf(container.Name);
        if (made) await RemoveAsync(container.Id);
        else
        {
            await StopAsync(container);
            await RenameAsync(container.Id, DockerName.Kept(DockerName.PlaceOf(container.Name), DockerName.MarkOf(container.Name)));
        }
    }

    /// <summary>Ends what was replaced. Of Compose it goes: Compose would take what carries its labels for its own.</summary>
    public async Task PutAwayAsync(DockerContainer container, DockerName service)
    {
        await StopAsync(container);
        if (service.Project is not null) await RemoveAsync(container.Id);
    }

    private Task ActAsync(HttpMethod method, string path, JsonObject? body, string id, Func<DockerContainer, bool> isDone, TimeSpan grace = default) => work.ActAsync(
        () => calls.ChangeAsync(method, path, body, calls.Timeout + grace, cancellationToken),
        async () => await InspectAsync(id) is { } c && isDone(c), calls.Timeout + grace, cancellationToken);
}
