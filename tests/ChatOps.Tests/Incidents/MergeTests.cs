using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;
using static ChatOps.Tests.Incidents.Colleagues;

namespace ChatOps.Tests.Incidents;

/// <summary>Two incidents that are one.</summary>
public sealed class MergeTests(Bot bot) : IClassFixture<Bot>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bot.SettleAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_is_merged_goes_on_in_the_other_with_its_people_tasks_and_record()
    {
        var into = await bot.DeclareAsync("The first to know");
        var from = await bot.DeclareAsync("The same once more", "mailer");
        await bot.CommandAsync("carla", from.Channel, "join");
        await bot.CommandAsync("ana", from.Channel, "note seen in Lisbon only");
        await bot.CommandAsync("ana", from.Channel, "task tell Lisbon @carla");
        await bot.IdleAsync();

        await bot.CommandAsync("ana", from.Channel, $"merge {into.Number}");
        await bot.UntilColumnAsync(from, "status", "merged");
        (await bot.ColumnAsync(from, "merged_into")).ShouldBe($"{into.Number}");
        await bot.SeeAsync(from.Channel, "where work goes on", m => m.Shown.Contains($"goes on in incident {into.Number}: <#{into.Channel}>", StringComparison.Ordinal) && m.Button("incident.verb:join") is not null);
        await bot.SeeAsync(into.Channel, "the word of it", m => m.Shown.Contains($"incident {from.Number} goes on here", StringComparison.Ordinal));
        await Until.TrueAsync(() => bot.IsMemberAsync(into, Carla), "the people of the merged one are invited");
        await bot.SeeAsync("incidents", "the announcement", m => m.Shown.Contains($"Incident {from.Number} · SEV2 · merged", StringComparison.Ordinal) && m.Shown.Contains($"Work goes on in incident {into.Number}", StringComparison.Ordinal));
        await bot.SummaryAsync(into, "shop, mailer");
        (await bot.ValueAsync<int>("SELECT incident FROM incident_tasks WHERE text = 'tell Lisbon'")).ShouldBe(into.Number);

        await bot.CommandAsync("ana", into.Channel, "timeline Lisbon --kind note");
        (await bot.ToldAsync(into.Channel, "ana", "seen in Lisbon only")).Shown.ShouldContain($"· incident {from.Number} ·");

        await bot.CommandAsync("ana", into.Channel, "postmortem");
        await Until.TrueAsync(async () => (await bot.ValueAsync<string>("SELECT markdown FROM post_mortems WHERE incident = @Number ORDER BY version DESC LIMIT 1", into))?.Contains("seen in Lisbon only", StringComparison.Ordinal) == true, "the post-mortem tells of both");
        (await bot.ValueAsync<string>("SELECT markdown FROM post_mortems WHERE incident = @Number ORDER BY version DESC LIMIT 1", into))!.ShouldContain("- [ ] tell Lisbon. Owner: @carla, open");
    }

    [Fact]
    public async Task A_command_in_the_merged_channel_changes_nothing_there_and_is_offered_where_work_goes_on()
    {
        var into = await bot.DeclareAsync("Goes on");
        var from = await bot.DeclareAsync("Went before");
        await bot.CommandAsync("ana", from.Channel, $"merge {into.Number}");
        await bot.UntilColumnAsync(from, "status", "merged");
        await bot.IdleAsync();

        await bot.CommandAsync("ben", from.Channel, "note where do I write now");
        var told = await bot.ToldAsync(from.Channel, "ben", $"work goes on in <#{into.Channel}>");
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE text LIKE 'where do I write%'")).ShouldBe(0);
        await bot.PressAsync("ben", told.Button("incident.verb:note")!);
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT incident FROM timeline WHERE text = 'where do I write now'") == into.Number, "the note stands where work goes on");
        foreach (var verb in (string[])["resolve", "reopen", "severity 1", "assess", "cancel no", "accept"])
        {
            await bot.CommandAsync("ben", from.Channel, verb);
            await bot.IdleAsync();
        }
        (await bot.ColumnAsync(from, "status")).ShouldBe("merged");
        (await bot.ValueAsync<int>("SELECT count(*) FROM incident_steps WHERE incident = @Number", from)).ShouldBe(1, "only the first look, from before");
        await bot.CommandAsync("ben", from.Channel, "status");
        await bot.ToldAsync(from.Channel, "ben", $"*Work goes on in incident {into.Number}*");
    }

    [Fact]
    public async Task Neither_itself_nor_one_that_is_over_nor_a_circle_can_be_merged_into()
    {
        var one = await bot.DeclareAsync("Circle one");
        var two = await bot.DeclareAsync("Circle two");
        await bot.CommandAsync("ana", one.Channel, $"merge {one.Number}");
        await bot.ToldAsync(one.Channel, "ana", $"That is incident {one.Number} itself");
        await bot.CommandAsync("ana", one.Channel, "merge 99999");
        await bot.ToldAsync(one.Channel, "ana", "There is no incident 99999");
        // Both at once, into each other: one of them wins, and no circle comes of it.
        await Task.WhenAll(bot.CommandAsync("ana", one.Channel, $"merge {two.Number}"), bot.CommandAsync("ben", two.Channel, $"merge {one.Number}"));
        await bot.IdleAsync();
        (await bot.ValueAsync<int>("SELECT count(*) FROM incidents WHERE number = ANY(@both) AND status = 'merged'", new { both = new[] { one.Number, two.Number } })).ShouldBe(1);
        var over = await bot.ColumnAsync(one, "status") == "merged" ? one : two;
        var third = await bot.DeclareAsync("Circle three");
        await bot.CommandAsync("ana", third.Channel, $"merge {over.Number}");
        await bot.ToldAsync(third.Channel, "ana", "was itself merged into incident");
    }

    [Fact]
    public async Task By_button_the_other_one_is_chosen_from_those_that_are_open()
    {
        var into = await bot.DeclareAsync("Chosen from a menu");
        var from = await bot.DeclareAsync("Merged by button");
        await bot.CommandAsync("ben", from.Channel, "");
        var menu = await bot.ToldAsync(from.Channel, "ben", $"Incident {from.Number}");
        await bot.ChooseAsync("ben", menu, "incident.verb:menu", $"merge|{from.Number}|");
        await bot.SubmitAsync("ben", new { into = new { value = $"{into.Number}" } });
        await bot.UntilColumnAsync(from, "merged_into", $"{into.Number}");
    }
}
