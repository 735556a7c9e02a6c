using System.Text.Json;
using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Scenarios;

namespace ChatOps.Tests.Sequences;

/// <summary>Plays a sequence in an incident of its own, on a bot that knows of no other.</summary>
internal sealed class Play(Bot bot)
{
    private readonly List<SeenButton> buttons = [];
    private int note;

    public Declared Incident { get; private set; } = null!;

    /// <summary>What people wrote as notes, each once.</summary>
    public List<string> Notes { get; } = [];

    /// <param name="twice">Every delivery comes twice, whatever the steps say.</param>
    /// <param name="oneByOne">Nothing is under way at the same time as anything else.</param>
    public async Task RunAsync(IReadOnlyList<Step> steps, bool twice = false, bool oneByOne = false)
    {
        await bot.ForgetEverythingAsync();
        await CloseFormsAsync();
        Incident = await bot.DeclareAsync("Any sequence", "search");
        var together = new List<Task>();
        foreach (var step in steps)
        {
            if (together.Count == 0) await LookAsync();
            if (step.Twice || twice) await bot.FaultAsync(new { method = "delivery", duplicate = true, times = 1 });
            together.Add(ActAsync(step));
            if (step.WithNext && !oneByOne) continue;
            await Task.WhenAll(together);
            together.Clear();
            await bot.IdleAsync();
        }
        await Task.WhenAll(together);
        await bot.IdleAsync();
    }

    private async Task ActAsync(Step step)
    {
        switch (step.What)
        {
            case "press" when buttons.Count > 0:
                var button = buttons[step.Number % buttons.Count];
                await bot.PressAsync(step.Person, button);
                break;
            case "submit" or "press":
                await SubmitAsync(step.Person);
                break;
            case var text when text.StartsWith("note", StringComparison.Ordinal):
                // Words instead of numbers, so that a comparison may blank every digit.
                var word = $"{text["note".Length..].Trim()} {Word(note++)}".Trim();
                Notes.Add(word);
                await bot.CommandAsync(step.Person, Incident.Channel, $"note {word}");
                break;
            default:
                await bot.CommandAsync(step.Person, Incident.Channel, step.What);
                break;
        }
    }

    private async Task SubmitAsync(string person)
    {
        if ((await bot.Control.ViewsAsync(person, TestContext.Current.CancellationToken)) is not [.., var view]) return;
        // Whatever the form asks for in words is answered with words; the rest stays as it is drawn.
        var values = view.GetProperty("blocks").EnumerateArray()
            .Where(b => b.GetProperty("type").GetString() == "input" && b.GetProperty("element").GetProperty("type").GetString() == "plain_text_input")
            .ToDictionary(b => b.GetProperty("block_id").GetString()!, b => new Dictionary<string, string>(StringComparer.Ordinal) { [b.GetProperty("element").GetProperty("action_id").GetString()!] = "said in a form" }, StringComparer.Ordinal);
        await bot.Control.SubmitAsync(person, view.GetProperty("id").GetString()!, values, TestContext.Current.CancellationToken);
    }

    /// <summary>Buttons that stand there now; those that stood there before are kept: somebody's screen may be behind.</summary>
    private async Task LookAsync()
    {
        foreach (var seen in (await bot.Control.MessagesAsync(Incident.Channel, TestContext.Current.CancellationToken)).Where(m => m.VisibleTo is null).SelectMany(m => m.Buttons))
        {
            if (!buttons.Exists(b => b.Ts == seen.Ts && b.ActionId == seen.ActionId && b.Value == seen.Value)) buttons.Add(seen);
        }
    }

    private async Task CloseFormsAsync()
    {
        foreach (var person in (string[])["ana", "ben", "carla", "dmitri"])
        {
            foreach (JsonElement view in await bot.Control.ViewsAsync(person, TestContext.Current.CancellationToken))
                await bot.ActAsync("close_view", new { user = person, view_id = view.GetProperty("id").GetString(), all = true });
        }
    }

    private static string Word(int number) => new([(char)('a' + (number / 26)), (char)('a' + (number % 26))]);
}
