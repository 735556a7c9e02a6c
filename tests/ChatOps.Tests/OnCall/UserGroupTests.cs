using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.OnCall;

/// <summary>Where <c>incident.oncall</c> is a Slack user group, everyone in it is on call.</summary>
[Collection(nameof(BadDays))]
public sealed class UserGroupTests(Bot bot)
{
    [Fact]
    public async Task Everyone_in_the_group_is_invited_and_called_at_once()
    {
        await bot.SettleAsync();
        await bot.CommandAsync("dmitri", "general", "start \"The whole group\" --service shop --sev 1 --new");
        var incident = await bot.DeclaredAsync("The whole group");
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT string_agg(c.person, ' ' ORDER BY c.person) FROM page_calls c JOIN pages p ON p.id = c.page WHERE p.incident = @Number AND c.step = 1", incident) == "U0ANA00001 U0BEN00001", "both are called");
        (await bot.ValueAsync<int>("SELECT count(*) FROM incident_members WHERE incident = @Number", incident)).ShouldBe(3);
    }

    [Fact]
    public async Task Where_one_of_them_began_it_the_others_are_invited_and_not_called()
    {
        await bot.SettleAsync();
        var incident = await bot.DeclareAsync("One of the group began it");
        (await bot.ValueAsync<int>("SELECT count(*) FROM pages WHERE incident = @Number", incident)).ShouldBe(0);
        (await bot.ValueAsync<int>("SELECT count(*) FROM incident_members WHERE incident = @Number AND user_id = 'U0BEN00001'", incident)).ShouldBe(1);
    }
}
