using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;

namespace ChatOps.Diagnosis;

/// <summary><c>/incident fix [restart|rollback|memory|page] [service] [version]</c>: without words it offers what is best, with them it draws the card that asks.</summary>
public sealed class FixVerb(StepRun run, Fix fix, StepStore steps, ProposeFix propose, PageOwner page, BadVersionStore badVersions, ServiceCatalog catalog, CurrentRequest request, Outbox.Outbox outbox) : IIncidentVerb
{
    /// <summary>The buttons of the offered fixes; what they carry is read as every verb's is.</summary>
    public const string ChooseActionId = "fix.choose";

    private static readonly string[] Actions = [FixOption.Restart, FixOption.Rollback, Memory, FixOption.Page];

    /// <summary>What people type and buttons carry for <see cref="FixOption.Memory"/>.</summary>
    internal const string Memory = "memory";

    public string Name => "fix";

    public IReadOnlyList<string> Synonyms => ["repair", "mend"];

    public (string Arguments, string Does) Usage => ("[restart|rollback|memory|page] [service] [version]", "what may be done, each with its way back; nothing happens before a press");

    public bool NeedsIncident => true;

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var words = CommandText.Parse(call.Arguments).Words;
        if (words.Count == 0)
        {
            await OfferAsync(call, cancellationToken);
            return;
        }
        var action = Word(words[0]);
        if (!Actions.Contains(action, StringComparer.Ordinal))
        {
            await RefuseAsync(call, Unknown(call.Incident!, words[0]), cancellationToken);
            return;
        }
        string? service = null;
        if (words.Count > 1)
        {
            (service, var refusal) = VerbArguments.Service(catalog, words[1], call.Incident!.Environment, call.Incident.Number, Name, action);
            if (refusal is not null)
            {
                await RefuseAsync(call, refusal, cancellationToken);
                return;
            }
        }
        var version = words.Skip(2).FirstOrDefault(w => !w.Equals("to", StringComparison.OrdinalIgnoreCase));
        if (action == FixOption.Page) await page.RunAsync(call, service, cancellationToken);
        else await propose.RunAsync(call, action == Memory ? FixOption.Memory : action, service, version, cancellationToken);
    }

    private Task OfferAsync(IncidentCall call, CancellationToken cancellationToken) => run.RunAsync(call, Name, "looking for the best fix",
        async (context, report, token) =>
        {
            var past = new List<PastAction>();
            var marks = new List<(string Service, string Version)>();
            foreach (var target in context.Targets(catalog))
            {
                past.AddRange(await steps.PastActionsAsync(target, call.Incident!.Drill, token));
                marks.AddRange((await badVersions.OfAsync(target, token)).Select(m => (target.Service, m.Version)));
            }
            return await fix.RunAsync(context, past, marks.ToLookup(m => m.Service, m => m.Version), report, token);
        },
        (view, result) => DiagnosisMessages.Fixes(view, result, catalog),
        more: null,
        cancellationToken);

    private Task RefuseAsync(IncidentCall call, Message message, CancellationToken cancellationToken) =>
        request.CommitAsync(tx => outbox.TellAsync(tx, call, message, cancellationToken), cancellationToken);

    private static string Word(string typed) => typed.ToUpperInvariant() switch
    {
        "ROLLBACK" or "ROLL-BACK" or "REVERT" or "UNDO" => FixOption.Rollback,
        "RESTART" or "REBOOT" => FixOption.Restart,
        "MEMORY" or "RAM" or "LIMIT" => Memory,
        "PAGE" or "OWNER" or "CALL" => FixOption.Page,
        _ => typed,
    };

    private static Message Unknown(Incident incident, string word)
    {
        var sentence = word.Equals("scale", StringComparison.OrdinalIgnoreCase) || word.Equals("run", StringComparison.OrdinalIgnoreCase)
            ? $"I cannot {Mrkdwn.Code(word)} yet."
            : $"I know no fix {Mrkdwn.Code(Mrkdwn.Cut(word, 60))}.";
        return Configuration.Nearest.Of(word, Actions) is { } near
            ? IncidentMessages.WithButton($"{sentence} Did you mean `{near}`?", IncidentButtonHandler.For(near, "fix", incident.Number, near, ButtonStyle.Primary), IncidentButtonHandler.For("What is best", "fix", incident.Number))
            : IncidentMessages.WithButton($"{sentence} There are `restart`, `rollback`, `memory` and `page`.", IncidentButtonHandler.For("What is best", "fix", incident.Number, style: ButtonStyle.Primary));
    }
}
