using ChatOps.Deployments;
using ChatOps.Platforms;

namespace ChatOps.Tests.Deployments;

public sealed class SchemaRuleTests
{
    private static readonly IReadOnlyList<Release> Releases =
    [
        TestFacts.Release(43, "s2", "v41", ran: false),
        TestFacts.Release(42, "s2", "v41", ran: true, "0007_drop_column"),
        TestFacts.Release(41),
        TestFacts.Release(40),
        TestFacts.Release(39),
    ];

    [Theory]
    [InlineData("v43", SchemaAnswer.Serves)]
    [InlineData("v42", SchemaAnswer.Serves)]
    [InlineData("v41", SchemaAnswer.Serves)]
    [InlineData("v40", SchemaAnswer.Refuses)]
    [InlineData("v39", SchemaAnswer.Refuses)]
    [InlineData("v1", SchemaAnswer.Undeclared)]
    public void A_version_runs_on_a_schema_that_declares_to_serve_it(string version, SchemaAnswer answer) => SchemaRule.MayRun(Releases, "v42", version).Answer.ShouldBe(answer);

    [Fact]
    public void A_refusal_names_the_migration_and_what_is_left()
    {
        var verdict = SchemaRule.MayRun(Releases, "v42", "v40");

        verdict.Sentence.ShouldContain("0007_drop_column");
        verdict.Migrations.ShouldBe(["0007_drop_column"]);
        verdict.Sentence.ShouldContain("roll forward");
        verdict.Sentence.ShouldContain("flag");
        verdict.Sentence.ShouldContain("loses what was written");
        verdict.Left.Count.ShouldBe(3);
    }

    [Fact]
    public void A_rollback_does_not_take_the_schema_back() =>
        // v41 runs again after v42 ran: the schema is still the one of v42.
        SchemaRule.MayRun([.. Releases.Select(r => r with { Current = r.Version == "v41" })], "v41", "v40").Answer.ShouldBe(SchemaAnswer.Refuses);

    [Fact]
    public void What_is_not_declared_is_asked() =>
        SchemaRule.MayRun([TestFacts.Release(42, schema: null, servesBackTo: null), .. Releases.Skip(2)], "v42", "v41").Answer.ShouldBe(SchemaAnswer.Undeclared);

    [Fact]
    public void A_declaration_of_a_version_that_nobody_knows_is_none() =>
        SchemaRule.MayRun([TestFacts.Release(42, "s2", "v7"), .. Releases.Skip(2)], "v42", "v41").Answer.ShouldBe(SchemaAnswer.Undeclared);

    [Fact]
    public void Where_nothing_ran_no_schema_stands_in_the_way() =>
        SchemaRule.MayRun([.. Releases.Select(r => r with { DeployedAt = null })], null, "v40").Answer.ShouldBe(SchemaAnswer.Serves);

    [Theory]
    [InlineData("v41", true)]
    [InlineData("v40", false)]
    public void Old_and_new_run_side_by_side_where_the_new_schema_serves_the_old_version(string running, bool beside)
    {
        IReadOnlyList<Release> before = [.. Releases.Select(r => r.Version is "v42" or "v43" ? r with { DeployedAt = null } : r)];
        SchemaRule.RunsBeside(before[1], before, running).ShouldBe(beside);
    }

    [Fact]
    public void Migrations_of_skipped_releases_come_in_too() =>
        SchemaRule.Migrations(TestFacts.Release(44, ran: false), [TestFacts.Release(44, ran: false, migrations: "0009"), TestFacts.Release(43, ran: false, migrations: "0008"), TestFacts.Release(42)], TestFacts.Release(42)).ShouldBe(["0008", "0009"]);
}
