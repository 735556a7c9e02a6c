using ChatOps.Platforms;

namespace ChatOps.Tests.Platforms.Pipelines;

/// <summary>Those whose versions are tags of a repository, which tells the commits between two of them.</summary>
public abstract class TagPipelineContract : PipelineContract
{
    /// <summary>How the commits between the two tags <c>shop/100%#VERSION&amp;to=?</c> are asked for.</summary>
    protected abstract string Compared { get; }

    /// <summary>Where people see the commits between v41 and v42.</summary>
    protected abstract string ComparePage { get; }

    [Fact]
    public async Task Commits_that_come_in_are_told_newest_first_with_author_first_line_and_time()
    {
        var range = (await Platform.CommitsAsync(Target, "v41", "v42", None)).ShouldNotBeNull();
        range.Commits.ShouldBe(
        [
            new("c42", "tom", "Remember the country", new(2026, 11, 21, 8, 41, 0, TimeSpan.Zero)),
            new("1f0e9d8c7b6a5f4e3d2c1b0a9f8e7d6c5b4a3f2e", "ana", "Ask for the country", new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero)),
        ]);
        (range.Total, range.Backwards, range.Page).ShouldBe((2, false, ComparePage));
    }

    [Fact]
    public async Task Where_it_goes_to_the_older_version_the_commits_that_go_are_told()
    {
        var range = (await Platform.CommitsAsync(Target, "v42", "v41", None)).ShouldNotBeNull();
        range.Commits.Select(c => c.Author).ShouldBe(["tom", "ana"]);
        (range.Total, range.Backwards, range.Page).ShouldBe((2, true, ComparePage));
    }

    [Theory]
    [InlineData("v40", "v42")]
    [InlineData("v42", "v40")]
    public async Task Of_a_tag_that_is_gone_no_commits_are_known(string from, string to) => (await Platform.CommitsAsync(Target, from, to, None)).ShouldBeNull();

    [Fact]
    public async Task Two_tags_of_one_commit_have_none_between_them()
    {
        Stub.Tags["v43"] = Stub.Tags["v42"];
        var range = (await Platform.CommitsAsync(Target, "v42", "v43", None)).ShouldNotBeNull();
        (range.Commits.Count, range.Total, range.Backwards).ShouldBe((0, 0, false));
    }

    [Fact]
    public async Task Of_very_many_commits_the_newest_are_told_and_how_many_there_are()
    {
        Stub.Commits.AddRange(Enumerable.Range(1, 300).Select(i => new StubCommit($"d{i}", "ana", Since.AddMinutes(i), $"change {i}")));
        Stub.Tags["v43"] = Stub.Commits.Count;
        var range = (await Platform.CommitsAsync(Target, "v42", "v43", None)).ShouldNotBeNull();
        (range.Commits.Count, range.Commits[0].Sha, range.Commits[^1].Sha, range.Total).ShouldBe((CommitRange.Most, "d300", "d201", 300));
    }

    [Fact]
    public async Task Whatever_is_in_the_name_of_a_tag_it_is_one_word_of_the_request()
    {
        Renew(shop: s => s with { Tag = "shop/100%#{version}&to=?" });
        (Stub.Tags["shop/100%#v41&to=?"], Stub.Tags["shop/100%#v42&to=?"]) = (1, 3);
        (await Platform.CommitsAsync(Target, "v41", "v42", None)).ShouldNotBeNull().Total.ShouldBe(2);
        Stub.Calls.ShouldHaveSingleItem().Target.ShouldBe(Compared);
    }

    [Fact]
    public async Task A_secret_that_somebody_committed_is_not_told()
    {
        Stub.Commits[^1] = new("c42", $"tom {StubPipelines.Token}", Since, "Connect with password=hunter2hunter2");
        var commit = (await Platform.CommitsAsync(Target, "v41", "v42", None)).ShouldNotBeNull().Commits[0];
        (commit.Author, commit.Message).ShouldBe(("tom [redacted]", "Connect with password=[redacted password]"));
    }

    [Fact]
    public async Task A_refusal_to_compare_is_told_as_one()
    {
        Stub.Misbehave = async c =>
        {
            await RefuseAsync(c, 403, "Not yours.");
            return true;
        };
        (await Fails(() => Platform.CommitsAsync(Target, "v41", "v42", None))).Outcome.ShouldBe(CallOutcome.NotDone);
    }
}
