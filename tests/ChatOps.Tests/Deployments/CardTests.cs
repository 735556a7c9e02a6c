using ChatOps.Deployments;
using ChatOps.Operations;
using ChatOps.Slack.Blocks;

namespace ChatOps.Tests.Deployments;

public sealed class CardTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 3, 14, 0, 0, TimeSpan.Zero);

    private static ActionCard Card(ActionCardState state, string said = "x") => new()
    {
        Id = Guid.NewGuid(), Kind = "rollback", RequestedBy = "U0ANA", RequestedAt = Now, ExpiresAt = Now.AddMinutes(10), State = state, DecidedBy = "U0BOB", Text = said, Progress = [said, said], OperationNumber = 4,
        Subject = new(new("shop", "production"), new ActionPlan
        {
            Running = "v43" + said, State = "Degraded", ToVersion = "v42", WayBack = said + "Deploy v43 again.", Why = said, Risk = said, Expected = "usually 4 s (median of 3)", WhoMay = "@oncall" + said,
            Undone = [.. Enumerable.Range(0, 20).Select(i => new UndoneRelease($"v{i}{said}", said, said, said))],
        }.ToArguments(), 7),
    };

    [Fact]
    public void The_question_shows_the_way_back_first_and_all_that_it_undoes()
    {
        var message = DeploymentMessages.Card(Card(ActionCardState.Question), "Roll shop back to v42");

        message.Blocks![1].ShouldBeOfType<SectionBlock>().Text!.Text.ShouldContain("Way back:");
        var text = string.Join('\n', message.Blocks!.OfType<SectionBlock>().Select(b => b.Text?.Text));
        text.ShouldContain("It undoes 20 releases");
        text.ShouldContain("and 12 more");
        message.Blocks!.OfType<ActionsBlock>().Single().Elements.OfType<Button>().First().Style.ShouldBe(ButtonStyle.Danger);
    }

    [Theory]
    [InlineData("<!channel> <@U0EVIL>")]
    [InlineData("日本語🧨")]
    [InlineData("")]
    public void Every_state_is_a_valid_message_whatever_is_in_it(string said)
    {
        foreach (var state in Enum.GetValues<ActionCardState>())
        foreach (var text in (string[])[said, string.Concat(Enumerable.Repeat(said, 2_000))])
        {
            var message = DeploymentMessages.Card(Card(state, text), "Roll shop back to v42");

            BlockValidation.Check(message).ShouldBeEmpty($"{state}");
            string.Join('\n', message.Blocks!.OfType<SectionBlock>().Select(b => b.Text?.Text)).ShouldNotContain("<!channel>");
        }
    }

    [Fact]
    public void After_the_press_the_outcome_stands_where_the_buttons_were()
    {
        var message = DeploymentMessages.Card(Card(ActionCardState.Succeeded, "shop was rolled back to v42 and is healthy."), "Roll shop back to v42");

        message.Blocks!.OfType<ActionsBlock>().ShouldBeEmpty();
        message.Text.ShouldContain("done, confirmed by <@U0BOB>");
    }
}
