using ChatOps.Inbox;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary><c>/incident role lead|comms|scribe @user</c>, or <c>nobody</c> to take it away.</summary>
public sealed class RoleVerb(ChangeIncident change, CurrentRequest request, FindPerson people, Outbox.Outbox outbox) : IIncidentVerb
{
    public const string Word = "role";

    private static readonly string[] Nobody = ["nobody", "none", "clear", "-", "remove"];

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["roles", "assign"];

    public (string Arguments, string Does) Usage => ("lead|comms|scribe @user|nobody", "who leads, who tells those outside, who writes down what happens");

    public bool NeedsIncident => true;

    public ModalViewDefinition? Form(IncidentCall call)
    {
        var (role, person) = Read(call);
        return role is not null && person.Length > 0 ? null : role is null && call.Arguments.Trim().Length > 0 ? null : VerbForms.Role(call with { Verb = Word }, role);
    }

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var (found, word) = Read(call);
        if (found is not { } role)
        {
            await RefuseAsync(call, $"There is no role {Mrkdwn.Code(Mrkdwn.Cut(word.Length > 0 ? word : call.Arguments, 40))}. There are `lead`, `comms` and `scribe`: `role comms @somebody`.", cancellationToken);
            return;
        }
        if (word.Length == 0)
        {
            await RefuseAsync(call, $"Who is to be {IncidentRoles.Word(role)}? `role {IncidentRoles.Word(role)} @somebody`, or `nobody`.", cancellationToken);
            return;
        }
        Colleague? person = null;
        if (!Nobody.Contains(word, StringComparer.OrdinalIgnoreCase))
        {
            (person, var refusal) = await people.RunAsync(call, word, cancellationToken);
            if (person is null)
            {
                await RefuseAsync(call, refusal!.Sentence, cancellationToken);
                return;
            }
        }
        var name = IncidentRoles.Word(role);
        await change.RunAsync(
            call,
            (incident, now) => IncidentTransitions.Assign(incident, role, person?.Id, person?.Name, now),
            (before, _) => (TimelineKinds.Role, person is null ? $"Nobody is {name} any more; it was <@{IncidentRoles.HolderOf(before, role)}>" : $"<@{person.Id}> is {name} now"),
            async (tx, incident) =>
            {
                if (person is not null)
                {
                    await outbox.InviteAsync(tx, incident.Destination, [person.Id], cancellationToken);
                    await IncidentMembers.AddAsync(tx, incident.Number, [person.Id], cancellationToken);
                }
                var said = person is null ? $"nobody is {name} any more" : $"{Mrkdwn.User(person.Id)} is {name} now and {IncidentRoles.Duty(role)}";
                await outbox.ShowAsync(tx, $"role {tx.RequestId}", incident.Destination, IncidentMessages.Plain($"{IncidentMessages.Head(incident)}: {said}. Said by {Mrkdwn.User(call.UserId)}."), cancellationToken);
            },
            cancellationToken);
    }

    private static (IncidentRole? Role, string Person) Read(IncidentCall call)
    {
        if (call.Fields.TryGetValue(VerbForms.RoleBlock, out var chosen)) return (IncidentRoles.Parse(chosen), call.Fields.GetValueOrDefault(VerbForms.PersonBlock) ?? Nobody[0]);
        var words = call.Arguments.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // "role @ben comms" is meant as well.
        return words switch
        {
            [] => (null, ""),
            [var only] => (IncidentRoles.Parse(only), ""),
            [var first, var second, ..] => IncidentRoles.Parse(first) is { } role ? (role, second) : IncidentRoles.Parse(second) is { } other ? (other, first) : (null, first),
        };
    }

    private Task RefuseAsync(IncidentCall call, string sentence, CancellationToken cancellationToken) =>
        request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentMessages.Plain(sentence), cancellationToken), cancellationToken);
}
