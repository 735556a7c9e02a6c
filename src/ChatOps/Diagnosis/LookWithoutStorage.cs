using System.Globalization;
using System.Text.RegularExpressions;
using ChatOps.Catalog;
using ChatOps.Incidents;
using ChatOps.Platforms;
using ChatOps.Runbooks;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Dispatch;
using ChatOps.Slack.Interaction;
using ChatOps.Slack.WebApi;

namespace ChatOps.Diagnosis;

/// <summary>
/// While Postgres is away: assess, logs and resources still look, straight into the channel and marked NOT RECORDED; their metadata are imported later.
/// Everything else is refused with what to do by hand: a change without a record could happen twice.
/// </summary>
public sealed partial class LookWithoutStorage(
    Assess assess, CheckLogs checkLogs, CheckResources checkResources, DiagnosisSources sources, ServiceCatalog catalog, RunbookShelf runbooks, UnrecordedLooks looks,
    ISlackApiClient slack, TimeProvider time) : ISlackUnavailableHandler
{
    private static readonly Dictionary<string, string> Steps = new(StringComparer.OrdinalIgnoreCase)
    {
        ["assess"] = "assess", ["check"] = "assess", ["look"] = "assess", ["triage"] = "assess", ["health"] = "assess", ["status"] = "assess",
        ["logs"] = "logs", ["log"] = "logs", ["errors"] = "logs",
        ["resources"] = "resources", ["metrics"] = "resources", ["usage"] = "resources", ["res"] = "resources",
    };

    public bool OnlyLooks(SlackRequest request) => Of(request) is { Channel: not null } wanted && Steps.ContainsKey(wanted.Verb);

    public async Task<ResponseMessage?> HandleWithoutStorage(SlackRequest request, CancellationToken cancellationToken)
    {
        var wanted = Of(request);
        if (!Steps.TryGetValue(wanted.Verb, out var step) || wanted.Channel is null)
            return ResponseMessage.OnlyForYou(UnrecordedMessages.Refused(wanted.Verb, wanted.Commands.Count > 0 ? wanted.Commands : CommandsOf(wanted)));

        LogQuestion? question = null;
        string? service = null;
        if (step == "logs")
        {
            // The options are read as always; only the incident's environment is not known here.
            (question, var refusal) = VerbArguments.Logs(catalog, Unknown(wanted.Incident), wanted.Arguments);
            if (question is null) return ResponseMessage.OnlyForYou(refusal!.Text, refusal.Blocks);
        }
        else if (CommandText.Parse(wanted.Arguments).Words is [var word, ..])
        {
            (service, var refusal) = VerbArguments.Service(catalog, word, catalog.Production, wanted.Incident ?? 0, step, "");
            if (refusal is not null) return ResponseMessage.OnlyForYou(refusal.Text, refusal.Blocks);
        }
        return await LookAsync(step, wanted, service ?? question?.Service, question, cancellationToken);
    }

    private async Task<ResponseMessage?> LookAsync(string step, Wanted wanted, string? service, LogQuestion? question, CancellationToken cancellationToken)
    {
        PostMessageResponse working;
        try
        {
            working = await slack.Chat.PostMessage(UnrecordedMessages.Working($"{step}{(service is null ? "" : $" of {service}")}") with { Channel = wanted.Channel }, cancellationToken);
        }
        catch (Slack.SlackException e) when (e.ErrorCode is "not_in_channel" or "channel_not_found")
        {
            // Nobody else sees it then, and it cannot be imported: the person still gets the facts.
            var (message, _) = await RunAsync(step, wanted, service, question, cancellationToken);
            return ResponseMessage.OnlyForYou(message.Text, message.Blocks);
        }
        var (result, look) = await RunAsync(step, wanted, service, question, cancellationToken);
        looks.Posted(working.Channel);
        await slack.Chat.Update(new MessageUpdate { Channel = working.Channel, Ts = working.Ts, Text = result.Text, Blocks = result.Blocks, Metadata = look.ToMetadata() }, cancellationToken);
        return null;
    }

    private async Task<(Message Message, UnrecordedLook Look)> RunAsync(string step, Wanted wanted, string? service, LogQuestion? question, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var context = new StepContext { Service = service, Environment = catalog.Production, DeclaredAt = now };
        StepResult result = step switch
        {
            "assess" => await assess.RunAsync(context, report: null, cancellationToken),
            "logs" => await checkLogs.RunAsync(context, question!, report: null, cancellationToken),
            _ => await checkResources.RunAsync(context, service, report: null, cancellationToken),
        };
        var hypotheses = Hypotheses.Rank(result.Evidence, runbooks.All, catalog, now);
        var message = UnrecordedMessages.Result(step, wanted.User, wanted.Incident, result, hypotheses, result is LogsResult logs ? UnrecordedMessages.Patterns(logs) : []);
        return (message, new UnrecordedLook { Id = Guid.CreateVersion7(), Step = step, User = wanted.User, At = now, Sentence = result.Sentence, Incident = wanted.Incident, Evidence = result.Evidence });
    }

    private Wanted Of(SlackRequest request) => request.Kind switch
    {
        SlackRequestKind.SlashCommand => OfCommand(SlackPayload.ReadSlashCommand(request)),
        SlackRequestKind.BlockActions => OfAction(SlackPayload.ReadBlockActions(request)),
        _ => new Wanted("other", "", "", null, null, []),
    };

    private static Wanted OfCommand(SlashCommand command)
    {
        var words = command.Text.Trim().Split((char[])[' ', '\n', '\t'], 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var number = ChannelNumber().Match(command.ChannelName ?? "") is { Success: true } match ? Number(match.Groups[1].Value) : null;
        return new(words.Length == 0 ? "" : words[0], words.Length > 1 ? words[1] : "", command.UserId, command.ChannelId, number, []);
    }

    private Wanted OfAction(BlockActionRequest request)
    {
        var channel = request.Channel?.Id ?? request.Container.ChannelId;
        if (request.Actions is not [ButtonAction button, ..]) return new("other", "", request.User.Id, channel, null, []);
        var id = button.ActionId.Split(':')[0];
        if (id is IncidentButtonHandler.ActionId or FixVerb.ChooseActionId)
        {
            var parts = (button.Value ?? "").Split('|', 3);
            return new(parts[0], parts.Length > 2 ? parts[2] : "", request.User.Id, channel, parts.Length > 1 ? Number(parts[1]) : null, []);
        }
        // A card's own button says what it would do.
        return new("action", "", request.User.Id, channel, null, CommandsOfLabel(button.Text?.Text ?? ""));
    }

    /// <summary>The commands for a fix that was typed or chosen; those of all restarts where it names none.</summary>
    private IReadOnlyList<string> CommandsOf(Wanted wanted)
    {
        if (!wanted.Verb.Equals("fix", StringComparison.OrdinalIgnoreCase)) return [];
        var words = CommandText.Parse(wanted.Arguments).Words;
        var services = words.Count > 1 && catalog.Find(words[1]) is { } named ? [named.Name] : catalog.Services.Keys.Order(StringComparer.Ordinal).Take(6).ToList();
        var action = words is ["rollback", ..] ? PlatformAction.RollBack : PlatformAction.Restart;
        return [.. services.Select(s => Command(s, action, words.Count > 2 ? words[2] : null)).OfType<string>()];
    }

    private IReadOnlyList<string> CommandsOfLabel(string label)
    {
        if (RestartLabel().Match(label) is { Success: true } restart) return [.. new[] { Command(restart.Groups[1].Value, PlatformAction.Restart, null) }.OfType<string>()];
        if (RollbackLabel().Match(label) is { Success: true } back) return [.. new[] { Command(back.Groups[1].Value, PlatformAction.RollBack, back.Groups[2].Value) }.OfType<string>()];
        return [];
    }

    private string? Command(string service, PlatformAction action, string? version)
    {
        var target = new Target(service, catalog.Production);
        if (catalog.Find(target) is null) return null;
        var (platform, its) = sources.PlatformOf(target);
        return platform.CommandByHand(its, action, version);
    }

    private Incident Unknown(int? number) => new()
    {
        Number = number ?? 0, ShortId = "", Title = "", Status = IncidentStatus.Open, Environment = catalog.Production, DeclaredBy = "", DeclaredAt = time.GetUtcNow(), DeclaredIn = "",
    };

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private sealed record Wanted(string Verb, string Arguments, string User, string? Channel, int? Incident, IReadOnlyList<string> Commands);

    [GeneratedRegex("^inc-([0-9]{1,9})-")]
    private static partial Regex ChannelNumber();

    [GeneratedRegex("^Restart (\\S+)$")]
    private static partial Regex RestartLabel();

    [GeneratedRegex("^Roll (\\S+) back to (\\S+)$")]
    private static partial Regex RollbackLabel();
}
