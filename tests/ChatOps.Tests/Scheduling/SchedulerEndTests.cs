using ChatOps.Tests.Scenarios;
using Quartz;

namespace ChatOps.Tests.Scheduling;

/// <summary>What wakes the sweep, at the end of the process.</summary>
public sealed class SchedulerEndTests(Bot bot) : IClassFixture<Bot>
{
    [Fact]
    public async Task Nothing_of_the_schedule_runs_when_the_bot_has_stopped()
    {
        for (var start = 0; start < 8; start++)
        {
            var scheduler = await bot.Services.GetRequiredKeyedService<ISchedulerFactory>("chatops").GetScheduler(TestContext.Current.CancellationToken);
            scheduler.Status.ShouldBe(SchedulerStatus.Running);
            await bot.RestartAsync();
            scheduler.Status.ShouldBe(SchedulerStatus.Shutdown);
        }
    }
}
