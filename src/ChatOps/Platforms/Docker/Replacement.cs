using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Docker;

/// <summary>
/// Puts other containers into the place of a service's: made under names of their own, up, and only then given the names. Up to the names everything is undone
/// where something fails; after a crash the names tell how far it came. A container by itself is kept, stopped, to go back to; those of Compose are not, since Compose would take
/// what carries its labels for its own, and go back by their image.
/// </summary>
internal sealed class Replacement(DockerCalls calls, DockerReads reads, DockerWork work, TimeProvider time)
{
    private const int KeptAtMost = 2;

    /// <summary>The image that runs after it.</summary>
    public required string Reference { get; init; }

    public required string Version { get; init; }

    /// <summary>The kept container that takes its old place again; null: new ones are made.</summary>
    public DockerContainer? Kept { get; init; }

    /// <summary>The new ones are up before the old ones end.</summary>
    public required bool Overlap { get; init; }

    /// <summary>How long pulling may take; null: the image is there.</summary>
    public TimeSpan? Pull { get; init; }

    public async Task RunAsync(DockerTarget target, CancellationToken cancellationToken, CancellationToken stopping)
    {
        var containers = new ContainerCalls(calls, reads, work, cancellationToken);
        if (Pull is { } atMost)
        {
            work.Progress = $"pulling {Version}";
            await containers.PullAsync(Reference, atMost);
        }
        var places = target.Current.Select(c => new Place(c)).ToList();
        try
        {
            await TakeOverAsync(containers, places);
        }
        catch (Exception e) when (e is PlatformException or OperationCanceledException)
        {
            stopping.ThrowIfCancellationRequested();
            throw await UndoneAsync(places, e, stopping);
        }
        // From here on the new ones serve: what is left is done in any case.
        await SwapAsync(new(calls, reads, work, stopping), target, places);
    }

    private async Task TakeOverAsync(ContainerCalls containers, List<Place> places)
    {
        foreach (var place in places)
        {
            work.Progress = $"making {place.Old.Name} with {Version}";
            place.New = Kept is null ? await MakeAsync(containers, place.Old) : await FetchAsync(containers, place.Old, Kept);
        }
        foreach (var place in places.Where(_ => !Overlap)) await containers.StopAsync(place.Old);
        foreach (var place in places)
        {
            work.Progress = $"waiting until {Version} is up{(Overlap ? $" beside {place.Old.Version}" : "")}";
            await containers.StartAsync(place.New!);
            await containers.UpAsync(place.New!, $"{place.Old.Name} with {Version}", time.GetUtcNow());
        }
    }

    private async Task<string> MakeAsync(ContainerCalls containers, DockerContainer old)
    {
        var body = ContainerCopy.Body(old, await containers.ImageAsync(old.ImageId), Reference, [(OperationRecord.IdLabel, work.Record.Id), (OperationRecord.TargetLabel, work.Record.Target)]);
        return await containers.CreateAsync(DockerName.Beside(old.Name, Mark), body, [.. ContainerCopy.Networks(old).Skip(1)]);
    }

    private async Task<string> FetchAsync(ContainerCalls containers, DockerContainer old, DockerContainer kept)
    {
        await containers.RenameAsync(kept.Id, DockerName.Beside(old.Name, Mark));
        return kept.Id;
    }

    /// <summary>The failure to tell, after what was there before serves again.</summary>
    private async Task<PlatformException> UndoneAsync(List<Place> places, Exception failure, CancellationToken stopping)
    {
        var containers = new ContainerCalls(calls, reads, work, stopping);
        var why = failure is PlatformException told ? told.Message : $"it was not up in time ({work.Progress})";
        work.Progress = $"going back: {why}";
        var left = new List<string>();
        foreach (var place in places)
        {
            try
            {
                // A call whose answer was lost may have brought it there.
                if (await containers.InspectAsync(DockerName.Beside(place.Old.Name, Mark)) is { } beside) await containers.TakeBackAsync(beside);
                if (place.Old.Running) await containers.StartAsync(place.Old.Id);
            }
            catch (PlatformException e)
            {
                left.Add($"{place.Old.Name} could not be put back ({e.Message}): docker start {place.Old.Name}");
            }
        }
        return new($"{why}; {(left.Count == 0 ? $"{places[0].Old.Version} {(places[0].Old.Running ? "serves" : "is there")} as before" : string.Join(", ", left))}", CallOutcome.NotDone, failure);
    }

    private async Task SwapAsync(ContainerCalls containers, DockerTarget target, List<Place> places)
    {
        work.Progress = "giving the names";
        foreach (var place in places)
        {
            await containers.RenameAsync(place.Old.Id, DockerName.Kept(place.Old.Name, Mark));
            await containers.RenameAsync(place.New!, place.Old.Name);
        }
        foreach (var place in places)
        {
            work.Progress = $"ending {place.Old.Version}";
            await containers.PutAwayAsync(place.Old, target.Name);
            if (target.Name.Project is not null) continue;
            // With 'always' the Engine would start it beside the new one when it is itself started anew.
            var policy = place.Old.Json.At("HostConfig", "RestartPolicy") as JsonObject;
            if (policy.Text("Name") is not (null or "no"))
            {
                await SetPolicyAsync(containers, place.Old.Id, new() { ["Name"] = "no" });
                if (Kept is not null) await SetPolicyAsync(containers, place.New!, policy!);
            }
        }
        foreach (var older in target.Kept.Where(k => k.Id != Kept?.Id).Skip(KeptAtMost - 1)) await containers.RemoveAsync(older.Id);
    }

    private static Task SetPolicyAsync(ContainerCalls containers, string id, JsonObject policy) => containers.UpdateAsync(
        id, new() { ["RestartPolicy"] = policy.DeepClone() }, c => c.Json.Text("HostConfig", "RestartPolicy", "Name") == policy.Text("Name"));

    private string Mark => OperationRecord.MarkOf(work.Record.Target, work.Record.Id);

    private sealed class Place(DockerContainer old)
    {
        public DockerContainer Old => old;

        public string? New { get; set; }
    }
}
