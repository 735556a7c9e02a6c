using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Platforms;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Deployments;

/// <summary>A backup under a day old counts, whoever made it.</summary>
public sealed class LastBackupTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static DeployPlan BackingUp => DeployRig.Plan(DeployStrategy.Rolling, p => p with { Backup = true });

    [Fact]
    public async Task The_backup_that_a_deploy_made_counts_for_the_next_one_from_when_it_began()
    {
        await using var rig = await DeployRig.StartAsync(database);
        (await rig.FactsAsync()).LastBackup.ShouldBeNull();
        var pressed = rig.Engine.Time.GetUtcNow();
        rig.Platform.Before = what => rig.Engine.Time.By += what == "backup" ? TimeSpan.FromMinutes(40) : TimeSpan.Zero;
        await rig.PressAsync(BackingUp);
        await rig.PlayAsync();

        var facts = await rig.FactsAsync();
        facts.LastBackup.ShouldNotBeNull().ShouldBeInRange(pressed.AddSeconds(-1), pressed.AddMinutes(1));
        var asked = facts.Rules(r => r with { Backup = true });
        DeployPlan.Make(asked).Backup.ShouldBeFalse();
        DeployGates.Judge(asked).Gates.Single(g => g.Gate == "backup").Sentence.ShouldContain("is younger than a day");
        DeployPlan.Make(asked.Ask(r => r with { At = pressed.AddHours(24).AddMinutes(2) })).Backup.ShouldBeTrue();
    }

    [Fact]
    public async Task A_backup_that_failed_counts_for_nothing_and_one_whose_deploy_failed_counts()
    {
        await using (var rig = await DeployRig.StartAsync(database))
        {
            rig.Platform.Failing["backup"] = "no space left";
            await rig.PressAsync(BackingUp);
            await rig.PlayAsync();
            (await rig.FactsAsync()).LastBackup.ShouldBeNull();
        }
        await using (var rig = await DeployRig.StartAsync(database))
        {
            rig.Platform.Failing["deploy v42"] = "it broke";
            await rig.PressAsync(BackingUp);
            await rig.PlayAsync();
            (await rig.FactsAsync()).LastBackup.ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_backup_that_is_made_while_somebody_aborts_is_not_forgotten()
    {
        await using var rig = await DeployRig.StartAsync(database);
        var aborted = false;
        rig.Platform.After = what =>
        {
            if (what != "backup" || aborted) return;
            aborted = true;
            rig.WishAsync("abort").GetAwaiter().GetResult();
            throw new PlatformException("The answer was lost.", CallOutcome.Unknown);
        };
        await rig.PressAsync(BackingUp);
        await rig.PlayAsync();

        rig.Platform.Done.ShouldBe(["backup"]);
        (await rig.FactsAsync()).LastBackup.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_backup_that_only_the_platform_knows_counts_and_the_newer_one_is_named()
    {
        await using var rig = await DeployRig.StartAsync(database);
        var nightly = rig.Platform.LastBackupAt = rig.Engine.Time.GetUtcNow().AddHours(-5);
        (await rig.FactsAsync()).LastBackup.ShouldBe(nightly);

        await rig.PressAsync(BackingUp);
        await rig.PlayAsync();
        (await rig.FactsAsync()).LastBackup.ShouldNotBeNull().ShouldBeGreaterThan(nightly.Value);
    }
}
