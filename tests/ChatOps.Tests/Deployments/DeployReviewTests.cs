using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Deployments;

/// <summary>What a lead deployed alone in an emergency is reviewed by a second person, who is reminded until somebody did.</summary>
public sealed class DeployReviewTests(DeployBot bot) : IClassFixture<DeployBot>, IAsyncLifetime
{
    private const string Unreviewed = "nobody has reviewed a deploy of it";

    public async ValueTask InitializeAsync() => await bot.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_review_of_somebody_who_neither_asked_nor_pressed_and_may_deploy_there_counts_and_is_recorded()
    {
        var (incident, outcome) = await DeployedAloneAsync("The lead deploys alone");
        outcome.Shown.ShouldContain("reviews it within 24 h");
        await bot.PressAsync("ana", outcome.Button("deploy.review")!);
        await bot.TellsAsync("ana", "It was you who pressed", incident.Channel);
        await bot.PressAsync("dmitri", outcome.Button("deploy.review")!);
        await bot.IdleAsync();
        (await ReviewsAsync(incident)).ShouldBe(0);

        await Task.WhenAll(bot.PressAsync("ben", outcome.Button("deploy.review")!), bot.PressAsync("ben", outcome.Button("deploy.review")!));
        var reviewed = await bot.SeeAsync("Reviewed by <@U0BEN00001>", incident.Channel);
        reviewed.Ts.ShouldBe(outcome.Ts);
        reviewed.Button("deploy.review").ShouldBeNull();
        await bot.IdleAsync();
        (await bot.RowsAsync<string>("SELECT actor FROM timeline WHERE incident = @Number AND kind = 'deploy.reviewed'", incident)).ShouldBe(["U0BEN00001"]);
        await bot.PressAsync("eve", outcome.Button("deploy.review")!);
        await bot.IdleAsync();
        (await ReviewsAsync(incident)).ShouldBe(1);
    }

    [Fact]
    public async Task Without_it_those_who_may_deploy_there_are_reminded_after_a_day_three_times_in_all()
    {
        var (incident, _) = await DeployedAloneAsync("Nobody looks");
        await LaterAsync(23);
        (await bot.AllAsync(Unreviewed, incident.Channel)).ShouldBeEmpty();
        for (var day = 1; day <= 3; day++)
        {
            await LaterAsync(day == 1 ? 1.1 : 24);
            (await bot.AllAsync(Unreviewed, incident.Channel)).Count.ShouldBe(day);
        }
        var last = (await bot.AllAsync(Unreviewed, incident.Channel))[^1];
        last.Text.ShouldContain("<!subteam^S0LEADS001> <!subteam^S0ONCALL01>");
        await LaterAsync(24);
        (await bot.AllAsync(Unreviewed, incident.Channel)).Count.ShouldBe(3);
        await bot.PressAsync("eve", last.Button("deploy.review")!);
        await bot.SeeAsync("Reviewed by <@U0EVE00001>", incident.Channel);
    }

    [Fact]
    public async Task After_the_review_nobody_is_reminded_of_it()
    {
        var (incident, outcome) = await DeployedAloneAsync("Somebody looks");
        await LaterAsync(24.1);
        (await bot.AllAsync(Unreviewed, incident.Channel)).Count.ShouldBe(1);
        await bot.PressAsync("ben", outcome.Button("deploy.review")!);
        await bot.SeeAsync("Reviewed by <@U0BEN00001>", incident.Channel);
        await LaterAsync(24);
        (await bot.AllAsync(Unreviewed, incident.Channel)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_deploy_like_any_other_needs_no_review()
    {
        bot.Deploys.Run("basket@staging", "v42");
        await bot.DeployAsync("ben", "basket v42 to production");
        await bot.PressAsync("ana", (await bot.SeeAsync("Deploy basket v42 to production?*")).Button("action.confirm")!);
        (await bot.SeeAsync("Deploy basket v42 to production is done.")).Button("deploy.review").ShouldBeNull();
    }

    /// <summary>ana leads a SEV2 of basket and deploys its fix to production.</summary>
    private async Task<(Declared Incident, SeenMessage Outcome)> DeployedAloneAsync(string title)
    {
        bot.Deploys.Run("basket@staging", "v42");
        var incident = await bot.DeclareAsync(title, "basket");
        await bot.DeployAsync("ana", "basket v42 to production --reason it is the fix", incident.Channel);
        var card = await bot.SeeAsync("Deploy basket v42 to production?*", incident.Channel);
        card.Shown.ShouldContain("may press alone; a second person reviews it within 24 hours");
        await bot.PressAsync("ana", card.Button("action.confirm")!);
        var outcome = await bot.SeeAsync("Deploy basket v42 to production is done.", incident.Channel);
        await bot.IdleAsync();
        return (incident, outcome);
    }

    private Task<int> ReviewsAsync(Declared incident) => bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND kind = 'deploy.reviewed'", incident);

    /// <summary>Time passes, and everything that is due then has been looked at, and sent: the update of the incident that is due by then as well.</summary>
    private async Task LaterAsync(double hours)
    {
        await bot.AdvanceAsync(TimeSpan.FromHours(hours));
        var now = bot.Workspace.Clock.GetUtcNow();
        await Until.TrueAsync(
            async () => await bot.ValueAsync<bool>("SELECT EXISTS (SELECT 1 FROM reminders WHERE kind = 'update' AND sent_at >= @now) AND NOT EXISTS (SELECT 1 FROM reminders WHERE state = 'waiting' AND due_at <= @now)", new { now }),
            "it was looked at");
        await bot.IdleAsync();
    }
}
