using System.Security.Cryptography;
using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Outbox;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary>Records an incident, makes its channel, posts and pins the summary, announces it, and leaves the first assessment to be run at once.</summary>
public sealed class StartIncident(TimelineStore timeline, Outbox.Outbox outbox, InternalRequests internalRequests, IncidentDrawing drawing, ServiceCatalog catalog)
{
    /// <summary>In the transaction of the request that declares it.</summary>
    public async Task<Incident> RunAsync(Tx tx, Declaration declaration, CancellationToken cancellationToken)
    {
        var incident = await IncidentStore.AddAsync(tx, new NewIncident(
            ShortId: Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)),
            Redactor.ForSlack(declaration.Title),
            declaration.Severity,
            declaration.Service,
            catalog.Production,
            declaration.By,
            declaration.ChannelId) { Private = declaration.Private, Drill = declaration.Drill, DeclaredByName = declaration.ByName }, cancellationToken);

        await timeline.AppendAsync(tx, new TimelineEntry
        {
            Incident = incident.Number,
            Target = incident.Service is { } service ? new Target(service, incident.Environment).ToString() : null,
            Kind = TimelineKinds.Declared,
            At = tx.Now,
            Actor = declaration.By,
            Text = $"Declared as {Severities.Name(incident.Severity)}{(incident.Drill ? ", a drill" : "")}: {declaration.FullTitle}",
            Data = JsonSerializer.SerializeToElement(new { incident.Severity, incident.Service, incident.Environment, incident.Private, incident.Drill }, JsonSerializerOptions.Web),
        }, cancellationToken);

        await outbox.CreateChannelAsync(tx, incident.Destination, new ChannelToCreate(ChannelName.For(incident.Number, incident.Drill ? $"drill {incident.Title}" : incident.Title, incident.ShortId), incident.ShortId, incident.Private), cancellationToken);
        await drawing.ShowAsync(tx, incident, cancellationToken);
        await outbox.PinAsync(tx, IncidentMessages.SummaryKey(incident.Number), cancellationToken);
        // The bot is no member: what it declares by itself, whoever takes it comes into.
        string[] people = declaration.By == TimelineEntry.Bot ? [.. declaration.Invite] : [declaration.By, .. declaration.Invite];
        await outbox.InviteAsync(tx, incident.Destination, people, cancellationToken);
        await IncidentMembers.AddAsync(tx, incident.Number, people, cancellationToken);
        await VerbRequestHandler.LeaveAsync(internalRequests, tx, incident.Number, "assess", "start", cancellationToken);
        // In triage nobody is called: that follows when someone accepts.
        if (incident.Severity is not null) await VerbRequestHandler.LeaveAsync(internalRequests, tx, incident.Number, "page", "opened", cancellationToken);
        return incident;
    }
}

/// <param name="Title">What the channel and the summary carry.</param>
/// <param name="FullTitle">As written, however long: the timeline keeps it.</param>
/// <param name="ChannelId">Where it was declared.</param>
/// <param name="Invite">Further people for the channel.</param>
public sealed record Declaration(string Title, string FullTitle, int? Severity, string? Service, string By, string ChannelId, IReadOnlyList<string> Invite)
{
    /// <summary>Seen by those alone who are invited.</summary>
    public bool Private { get; init; }

    /// <summary>Practice: marked, and outside every figure.</summary>
    public bool Drill { get; init; }

    /// <summary>Handle of the person who declares it; null where it is not known.</summary>
    public string? ByName { get; init; }
}
