using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Sequences;

/// <summary>Plays what several people do in an incident of its own, on a bot that knows of no other.</summary>
internal sealed class CommutingPlay(Bot bot)
{
    /// <summary>So many messages stand in the channel at the beginning, by so many people in turn.</summary>
    public const int Messages = 2;
    public const int Authors = 2;

    private static readonly string[] Looks = ["status", "list", "task list", "timeline", "help"];

    private readonly List<string> messages = [];
    private Declared incident = null!;

    public Declared Incident => incident;

    /// <param name="twice">Every delivery comes twice.</param>
    /// <param name="together">The people act at the same time; else one thing follows the other.</param>
    public async Task RunAsync(IReadOnlyList<Act> acts, bool twice, bool together)
    {
        await bot.ForgetEverythingAsync();
        incident = await bot.DeclareAsync("Several people", "search");
        foreach (var person in Act.Everybody.Where(p => p is not "eve" and not "ana")) await bot.ActAsync("join", new { user = person, channel = incident.Channel });
        for (var i = 0; i < Messages; i++) messages.Add(await bot.SayAsync(Act.Everybody[i % Authors], incident.Channel, $"words {Word(i)}"));
        await HeardAsync();
        if (twice) await bot.FaultAsync(new { method = "delivery", duplicate = true, times = 10_000 });

        // The same words in every order: they are numbered before anything is ordered.
        var said = acts.GroupBy(a => a.Person).SelectMany(g => g.Select((a, i) => (Act: a, Word: $"{a.Person} {Word(i)}"))).ToDictionary(s => s.Act, s => s.Word);
        if (together) await Task.WhenAll(acts.GroupBy(a => a.Person).Select(g => RunAsync(g, said)));
        else await RunAsync(acts, said);
        await HeardAsync();
    }

    private async Task RunAsync(IEnumerable<Act> acts, Dictionary<Act, string> said)
    {
        foreach (var act in acts)
        {
            await RunAsync(act, said[act]);
            await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM inbox WHERE state IN ('waiting', 'claimed')") == 0, "what came in is done");
        }
    }

    private async Task RunAsync(Act act, string words)
    {
        switch (act.Kind)
        {
            case ActKind.Note:
                await TypeAsync(act, $"note {words}");
                break;
            case ActKind.Task:
                await TypeAsync(act, $"task {words}");
                break;
            case ActKind.TaskForSomebody:
                await TypeAsync(act, $"task {words} @{Act.Everybody[act.Which % Act.Everybody.Length]}");
                break;
            case ActKind.Done:
                if (await bot.ValueAsync<long?>("SELECT min(number) FROM incident_tasks WHERE state = 'open' AND text LIKE @person || ' %'", new { person = act.Person }) is { } task)
                    await TypeAsync(act, $"task done {task}");
                break;
            case ActKind.Update:
                await TypeAsync(act, $"update {words} --next none");
                break;
            case ActKind.Role:
                await TypeAsync(act, $"role {(act.Person == "ana" ? "comms" : "scribe")} @{Act.Everybody[act.Which / 2 % Act.Everybody.Length]}");
                break;
            case ActKind.Look:
                await TypeAsync(act, Looks[act.Which % Looks.Length]);
                break;
            case ActKind.Pin:
                await bot.ActAsync("pin", new { user = act.Person, channel = incident.Channel, ts = messages[act.Message] });
                break;
            case ActKind.React:
                await bot.ActAsync("react", new { user = act.Person, channel = incident.Channel, ts = messages[act.Message], name = "memo" });
                break;
            case ActKind.Choose:
                await bot.ActAsync("shortcut", new { user = act.Person, channel = incident.Channel, ts = messages[act.Message], callback_id = "timeline.add" });
                break;
            case ActKind.Reply:
                await bot.SayAsync(act.Person, incident.Channel, $"reply {words}", messages[act.Message]);
                break;
            case ActKind.Edit:
                await bot.ActAsync("edit", new { user = act.Person, channel = incident.Channel, ts = messages[act.Message], text = $"edited {words}" });
                break;
            case ActKind.Join:
                await bot.ActAsync("join", new { user = act.Person, channel = incident.Channel });
                break;
        }
    }

    private Task TypeAsync(Act act, string text) => bot.CommandAsync(act.Person, incident.Channel, text);

    /// <summary>Whatever happened was told to the bot, which is done with it: events come in order, so that what happened last is told last.</summary>
    private async Task HeardAsync()
    {
        await bot.IdleAsync();
        var last = await bot.SayAsync("ana", incident.Channel, "anything else?");
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM channel_messages WHERE ts = @last", new { last }) == 1, "the last that happened was heard");
        await bot.IdleAsync();
    }

    private static string Word(int number) => new([(char)('a' + (number / 26)), (char)('a' + (number % 26))]);
}
