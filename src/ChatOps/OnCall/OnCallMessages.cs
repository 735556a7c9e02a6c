using ChatOps.Incidents;
using ChatOps.Slack.Blocks;

namespace ChatOps.OnCall;

/// <summary>What is said about schedules and who takes over. Pure; texts of people are escaped here.</summary>
public static class OnCallMessages
{
    // All blocks of a message together hold about 13,200 characters.
    private const int MostSchedules = 8;
    private const int MostOverrides = 8;
    private const int MostServices = 5;
    private const int ShortWhy = 100;

    public static string OfferKey(long id) => $"oncall offer {id}";

    /// <summary>Who is on call now, until when, who comes then, and what was swapped.</summary>
    public static Message Now(IReadOnlyList<ScheduleNow> schedules, IReadOnlyList<ShiftOverride> overrides, string? group, string viewer)
    {
        List<Block> blocks = [];
        if (schedules.Count == 0)
            blocks.Add(new SectionBlock { Text = new Markdown(group is null ? "Nobody is on call: chatops.yaml has no schedule and no `incident.oncall`." : $"Everyone in @{Mrkdwn.Escape(group)} is on call; chatops.yaml has no schedule.") });
        foreach (var schedule in schedules.Take(MostSchedules))
        {
            blocks.Add(new SectionBlock { Text = new Markdown(Mrkdwn.Cut(Line(schedule), BlockLimits.SectionText)) });
            if (schedule.Rotation.PagerDutySchedule is null)
            {
                blocks.Add(new ActionsBlock
                {
                    Elements =
                    [
                        IncidentButtonHandler.For("Take over or swap", OnCallVerb.Word, incident: null, $"{OnCallVerb.Swap} {schedule.Rotation.Name}"),
                        IncidentButtonHandler.For("Take this shift", OnCallVerb.Word, incident: null, $"{OnCallVerb.Take} {schedule.Rotation.Name}"),
                    ],
                });
            }
        }
        if (schedules.Count > MostSchedules) blocks.Add(new ContextBlock { Elements = [new Markdown($"{schedules.Count - MostSchedules} more schedules are in chatops.yaml; `/incident oncall name` shows one.")] });
        foreach (var swap in overrides.Take(MostOverrides))
        {
            var line = $"{(swap.State == OverrideState.Offered ? "Offered" : "Swapped")}: {Sentence(swap, ShortWhy)}";
            blocks.Add(new SectionBlock
            {
                Text = new Markdown(Mrkdwn.Cut(line, BlockLimits.SectionText)),
                Accessory = viewer == swap.Person || viewer == swap.AskedBy ? IncidentButtonHandler.For("Cancel", OnCallVerb.Word, incident: null, $"{OnCallVerb.Cancel} {swap.Id}") : null,
            });
        }
        if (overrides.Count > MostOverrides) blocks.Add(new ContextBlock { Elements = [new Markdown($"{overrides.Count - MostOverrides} more swaps are planned.")] });
        return new Message { Text = schedules.Count == 0 ? "Nobody is on call by a schedule." : string.Join("; ", schedules.Take(5).Select(Short)), Blocks = blocks };
    }

    /// <summary>For the one who is to take over.</summary>
    public static Message Offer(ShiftOverride swap) => IncidentMessages.WithButton(
        $"{Mrkdwn.User(swap.AskedBy)} asks you to take over {Sentence(swap)}",
        IncidentButtonHandler.For("Accept", OnCallVerb.Word, incident: null, $"{OnCallVerb.Accept} {swap.Id}", ButtonStyle.Primary),
        IncidentButtonHandler.For("Decline", OnCallVerb.Word, incident: null, $"{OnCallVerb.Decline} {swap.Id}"));

    /// <summary>The offer once it is decided.</summary>
    public static Message Decided(ShiftOverride swap) => IncidentMessages.Plain(
        $"{swap.State switch { OverrideState.Active => "Accepted", OverrideState.Declined => "Declined", _ => "Cancelled" }}: {Sentence(swap)}");

    /// <summary>Somebody takes over: for the channel, and for whoever's turn it would be.</summary>
    public static Message Taken(ShiftOverride swap) => IncidentMessages.Plain($"{Mrkdwn.User(swap.Person)} is on call instead: {Sentence(swap)}");

    public static Message Declined(ShiftOverride swap) => IncidentMessages.Plain($"{Mrkdwn.User(swap.Person)} declined: {Sentence(swap)} Nothing changes; ask somebody else with `/incident oncall swap`.");

    public static Message Cancelled(ShiftOverride swap, string by) => IncidentMessages.Plain($"{Mrkdwn.User(by)} cancelled it: {Sentence(swap)} The rotation counts again.");

    private static string Sentence(ShiftOverride swap, int why = 300) =>
        $"{Mrkdwn.Escape(swap.Schedule)} by {Mrkdwn.User(swap.Person)}, {Mrkdwn.Date(swap.From, "{date_short_pretty} {time}")} to {Mrkdwn.Date(swap.Until, "{date_short_pretty} {time}")}"
        + (swap.Why.Length == 0 ? "." : $": {Mrkdwn.Escape(swap.Why, why)}.") + (swap.Person == swap.AskedBy ? "" : $" Asked for by {Mrkdwn.User(swap.AskedBy)}.");

    private static string Line(ScheduleNow schedule)
    {
        var who = schedule.People.Count == 0 ? "*nobody is known to be on call*" : $"{PageMessages.People(schedule.People)} is on call";
        var until = schedule.Until is { } end ? $" until {Mrkdwn.Date(end, "{date_short_pretty} {time}")}" : "";
        var next = schedule.Next is { } after && (schedule.People.Count != 1 || schedule.People[0] != after) ? $", then {Mrkdwn.User(after)}" : "";
        var backup = schedule.Rotation.Backup is { } behind ? $" Behind it: {Mrkdwn.Escape(behind)}." : "";
        var services = schedule.Rotation.Services.Count == 0 ? "" : $" For {Mrkdwn.Escape(string.Join(", ", schedule.Rotation.Services.Take(MostServices)))}{(schedule.Rotation.Services.Count > MostServices ? " …" : "")}.";
        return $"*{Mrkdwn.Escape(schedule.Rotation.Name)}*: {who}{until}{next}.{(schedule.Override is null ? "" : " By a swap.")}{services}{backup}"
            + string.Concat(schedule.Unknown.Take(2).Select(u => $"\n:warning: {Mrkdwn.Escape(u, 150)}"));
    }

    private static string Short(ScheduleNow schedule) => $"{Mrkdwn.Escape(schedule.Rotation.Name)}: {(schedule.People.Count == 0 ? "nobody known" : PageMessages.People(schedule.People))}";
}
