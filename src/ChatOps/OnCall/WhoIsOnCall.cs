using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.OnCall.PagerDuty;
using ChatOps.Timeline;

namespace ChatOps.OnCall;

/// <summary>A schedule at one instant, its people as Slack users.</summary>
public sealed record ScheduleNow
{
    public required Rotation Rotation { get; init; }

    /// <summary>On call now; empty where nobody is known.</summary>
    public IReadOnlyList<string> People { get; init; } = [];

    /// <summary>When that changes; null: not known, or never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The override that made it so.</summary>
    public ShiftOverride? Override { get; init; }

    /// <summary>Who comes then.</summary>
    public string? Next { get; init; }

    /// <summary>The rest of the rotation, whose turn is next first.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>What could not be learned, as sentences.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>PagerDuty did not tell; asked again it may.</summary>
    public bool NoAnswer { get; init; }
}

/// <summary>Answers who is on call: by the rotations of the file, by PagerDuty, or by a Slack user group.</summary>
public sealed class WhoIsOnCall(
    OnCallConfig config, IncidentConfig incidents, ServiceCatalog catalog, OverrideStore overrides, SlackDirectory directory, PagerDutyClient pagerDuty, PagerDutyPeople pagerDutyPeople, TimeProvider time)
{
    /// <summary>Whether the file says at all who could be called.</summary>
    public bool IsKnown => config.Schedules.Count > 0 || incidents.OncallGroup is not null;

    /// <summary>The schedule that answers for a service: the one that names it, its owner, the default of <c>incident.oncall</c>, or the only one. Null: none.</summary>
    public Rotation? ScheduleOf(string? service)
    {
        if (service is not null && config.Schedules.Values.FirstOrDefault(r => r.Services.Contains(service, StringComparer.Ordinal)) is { } named) return named;
        if (service is not null && catalog.Find(service)?.Owner is { } owner && config.Schedules.TryGetValue(owner, out var owning)) return owning;
        if (incidents.OncallGroup is { } standard) return config.Schedules.GetValueOrDefault(standard);
        return config.Schedules.Count == 1 ? config.Schedules.Values.Single() : null;
    }

    /// <summary>Everybody who may be called for an incident, in order.</summary>
    /// <param name="schedule">Whose people; null: that of the incident's service, or the user group.</param>
    /// <exception cref="SlackDirectoryException">Slack does not tell who people are.</exception>
    public async Task<Callable> ForAsync(Incident incident, string? schedule, string? person, CancellationToken cancellationToken)
    {
        var rotation = schedule is not null ? config.Schedules.GetValueOrDefault(schedule) : ScheduleOf(incident.Service);
        var (onCall, backup) = (rotation is null ? null : await NowAsync(rotation, cancellationToken), (ScheduleNow?)null);
        if (rotation?.Backup is { } name) backup = await NowAsync(config.Schedules[name], cancellationToken);
        var owner = incident.Service is null ? null : catalog.Find(incident.Service)?.Owner;
        var group = incidents.OncallGroup is { } g && !config.Schedules.ContainsKey(g) ? g : null;
        return new Callable
        {
            Named = person,
            OnCall = onCall?.People ?? (group is null ? [] : await MembersAsync(group, cancellationToken)),
            Backup = backup?.People ?? [],
            Rotation = onCall?.Others ?? [],
            Owners =
            [
                .. owner is null || config.Schedules.ContainsKey(owner) ? [] : await MembersAsync(owner, cancellationToken),
                .. group is null ? [] : await MembersAsync(group, cancellationToken),
            ],
            Unknown = [.. onCall?.Unknown ?? [], .. backup?.Unknown ?? []],
            NoAnswer = onCall?.NoAnswer == true || backup?.NoAnswer == true,
        };
    }

    /// <summary>Every schedule as it is now, in the order of the file.</summary>
    /// <exception cref="SlackDirectoryException">Slack does not tell who people are.</exception>
    public async Task<IReadOnlyList<ScheduleNow>> AllAsync(CancellationToken cancellationToken)
    {
        var all = new List<ScheduleNow>();
        foreach (var rotation in config.Schedules.Values) all.Add(await NowAsync(rotation, cancellationToken));
        return all;
    }

    /// <exception cref="SlackDirectoryException">Slack does not tell who people are.</exception>
    public async Task<ScheduleNow> NowAsync(Rotation rotation, CancellationToken cancellationToken)
    {
        if (rotation.PagerDutySchedule is { } id) return await FromPagerDutyAsync(rotation, id, cancellationToken);
        var now = time.GetUtcNow();
        var schedule = new OnCallSchedule(rotation);
        var open = (await overrides.OpenAsync(now, cancellationToken)).Where(o => o.State == OverrideState.Active && o.Schedule == rotation.Name).ToList();
        var shifts = schedule.From(now, open).Take(2).ToList();
        var unknown = new List<string>();
        return new ScheduleNow
        {
            Rotation = rotation,
            People = await KnownAsync([shifts[0].Person], unknown, cancellationToken),
            Until = shifts[0].Until,
            Override = shifts[0].Override,
            Next = await KnownAsync([shifts[1].Person], unknown, cancellationToken) is [var next] ? next : null,
            // Whose turn it would be comes first where somebody took it over.
            Others = await KnownAsync([schedule.At(now, []).Person, .. schedule.NextInRotation(now)], unknown, cancellationToken),
            Unknown = [.. unknown.Distinct(StringComparer.Ordinal)],
        };
    }

    private async Task<ScheduleNow> FromPagerDutyAsync(Rotation rotation, string id, CancellationToken cancellationToken)
    {
        try
        {
            var unknown = new List<string>();
            var people = new List<string>();
            var onCalls = await pagerDuty.OnCallsAsync(id, cancellationToken);
            foreach (var onCall in onCalls)
            {
                if (await pagerDutyPeople.SlackUserAsync(onCall, cancellationToken) is { } user) people.Add(user);
                else unknown.Add($"PagerDuty's {onCall.Name} is nobody in Slack: give their Slack handle under pagerduty.people.");
            }
            if (onCalls.Count == 0) unknown.Add($"PagerDuty says that nobody is on call in {rotation.Name}.");
            return new ScheduleNow { Rotation = rotation, People = [.. people.Distinct(StringComparer.Ordinal)], Until = onCalls.Count == 1 ? onCalls[0].Until : null, Unknown = unknown };
        }
        catch (PagerDutyException e)
        {
            return new ScheduleNow { Rotation = rotation, Unknown = [$"{e.Message}, so nobody knows who is on call in {rotation.Name}."], NoAnswer = true };
        }
    }

    private async Task<IReadOnlyList<string>> KnownAsync(IReadOnlyList<string> names, List<string> unknown, CancellationToken cancellationToken)
    {
        var known = new List<string>();
        foreach (var name in names)
        {
            if (await directory.FindAccountAsync(name, cancellationToken) is { Deleted: false } user) known.Add(user.Id);
            else unknown.Add($"@{name} of the schedule is nobody in Slack, or deactivated.");
        }
        return known;
    }

    private async Task<IReadOnlyList<string>> MembersAsync(string groupOrPerson, CancellationToken cancellationToken)
    {
        if (await directory.MembersOfAsync(groupOrPerson, cancellationToken) is { } members) return [.. members.Order(StringComparer.Ordinal)];
        return await directory.FindAccountAsync(groupOrPerson, cancellationToken) is { Deleted: false } user ? [user.Id] : [];
    }
}
