using System.Runtime.CompilerServices;
using ChatOps.Incidents;
using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;
using static ChatOps.Tests.Incidents.Colleagues;

namespace ChatOps.Tests.Incidents;

/// <summary>One night with every verb, typed by one and pressed by the other.</summary>
[Collection(nameof(Colleagues))]
public sealed class WholeIncidentTests(Bot bot) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bot.SettleAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_whole_incident_is_led_by_typing_and_by_buttons_with_one_summary_from_start_to_end()
    {
        await bot.CommandAsync("ana", "general", "start \"A whole night\" --service shop --new");
        var incident = await bot.DeclaredAsync("A whole night");
        var summary = await bot.SummaryAsync(incident, "nobody leads yet");
        await bot.TopicAsync(incident, "triage · nobody leads");

        // In triage nothing but accepting gives a severity.
        await bot.CommandAsync("ben", incident.Channel, "severity 1");
        await bot.ToldAsync(incident.Channel, "ben", "Nobody has accepted incident");
        await Task.WhenAll(bot.PressAsync("ana", summary.Button("incident.verb:accept")!), bot.PressAsync("ben", summary.Button("incident.verb:accept")!));
        await bot.UntilColumnAsync(incident, "status", "open");
        await bot.IdleAsync();
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND kind = 'incident.accepted'", incident)).ShouldBe(1, "one of the two accepted it");
        var (lead, other, otherName) = await bot.ColumnAsync(incident, "lead") == Ana ? ("ana", Ben, "ben") : ("ben", Ana, "ana");

        await bot.CommandAsync(lead, incident.Channel, "severity 2");
        await bot.UntilColumnAsync(incident, "severity", "2");
        await bot.CommandAsync(lead, incident.Channel, "escalate");
        await bot.UntilColumnAsync(incident, "severity", "1");
        await bot.CommandAsync(lead, incident.Channel, "role comms @carla");
        await bot.PressAsync("carla", (await bot.SummaryAsync(incident, $"comms <@{Carla}>")).Button("incident.verb:update")!);
        await bot.SubmitAsync("carla", new { affected = new { value = "Everybody" }, doing = new { value = "We look" }, next = new { value = "30m" } });
        await bot.CommandAsync(otherName, incident.Channel, "note the night job ran late");
        await bot.CommandAsync(otherName, incident.Channel, "task move the night job @carla --due 1w");
        await bot.SummaryAsync(incident, "*Open tasks*\n1");

        await bot.ChooseAsync(lead, await bot.SummaryAsync(incident, "open"), "incident.verb:more", $"handover|{incident.Number}|");
        await bot.SubmitAsync(lead, new { person = new { value = otherName } });
        var offer = await bot.SeeAsync(incident.Channel, "the offer", m => m.Button("incident.verb:handover", "accept") is not null);
        offer.Shown.ShouldContain("1 open task.");
        await bot.PressAsync(otherName, offer.Button("incident.verb:handover", "accept")!);
        await bot.UntilColumnAsync(incident, "lead", other);

        await bot.CommandAsync(otherName, incident.Channel, "resolve restarted the night job");
        await bot.UntilColumnAsync(incident, "status", "resolved");
        await bot.CommandAsync("carla", incident.Channel, "reopen it is slow again");
        await bot.UntilColumnAsync(incident, "status", "open");
        await bot.ChooseAsync("carla", await bot.SummaryAsync(incident, "open"), "incident.verb:more", $"resolve|{incident.Number}|");
        await bot.SubmitAsync("carla", new { fix = new { value = "Moved the night job" } });
        await bot.UntilColumnAsync(incident, "resolution", "Moved the night job");
        await Until.TrueAsync(async () => (await bot.ValueAsync<string>("SELECT markdown FROM post_mortems WHERE incident = @Number ORDER BY version DESC LIMIT 1", incident))?.Contains("Moved the night job", StringComparison.Ordinal) == true, "the post-mortem tells of the second end");
        await bot.IdleAsync();

        var markdown = (await bot.ValueAsync<string>("SELECT markdown FROM post_mortems WHERE incident = @Number ORDER BY version DESC LIMIT 1", incident))!;
        markdown.ShouldContain("- [ ] move the night job. Owner: @carla, due ");
        markdown.ShouldContain("- Told those outside: @carla");
        markdown.ShouldContain("Reopened: it is slow again");
        var all = await bot.Control.MessagesAsync(incident.Channel, TestContext.Current.CancellationToken);
        all.Where(m => m.VisibleTo is null && m.Shown.Contains("*Roles*", StringComparison.Ordinal)).ShouldHaveSingleItem().Ts.ShouldBe(summary.Ts, "one summary, edited in place");
        (await bot.ChannelOfAsync(incident)).GetProperty("pins").EnumerateArray().Select(p => p.GetString()).ShouldHaveSingleItem().ShouldBe(summary.Ts);
        await bot.SeeAsync("incidents", "the announcement at the end", m => m.Shown.Contains($"Incident {incident.Number} · SEV1 · resolved", StringComparison.Ordinal) && m.Shown.Contains("Moved the night job", StringComparison.Ordinal));
        await bot.NothingWasRefusedAsync($"incident:{incident.Number}", "#incidents", "#deploys");
    }

    [Fact]
    public void No_word_means_two_verbs()
    {
        var words = typeof(IIncidentVerb).Assembly.GetTypes().Where(t => t is { IsClass: true } && t.IsAssignableTo(typeof(IIncidentVerb)))
            .Select(t => (IIncidentVerb)RuntimeHelpers.GetUninitializedObject(t)).SelectMany(v => v.Synonyms.Append(v.Name)).ToList();
        words.Count.ShouldBeGreaterThan(50);
        words.GroupBy(w => w, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty();
        foreach (var asked in (string[])["start", "declare", "open", "new", "resolve", "close", "end", "sev", "severity", "pm", "postmortem", "escalate", "deescalate"]) words.ShouldContain(asked);
    }
}
