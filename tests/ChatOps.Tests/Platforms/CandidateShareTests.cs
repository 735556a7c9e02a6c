using ChatOps.Platforms;

namespace ChatOps.Tests.Platforms;

public sealed class CandidateShareTests
{
    [Theory]
    [InlineData(4, 25, 3, 1)]
    [InlineData(4, 50, 2, 2)]
    [InlineData(4, 5, 4, 1)]
    [InlineData(3, 25, 3, 1)]
    [InlineData(1, 5, 1, 1)]
    [InlineData(1, 50, 1, 1)]
    [InlineData(20, 5, 19, 1)]
    [InlineData(100, 99, 1, 99)]
    [InlineData(4, 0, 4, 0)]
    [InlineData(4, 100, 0, 4)]
    public void A_share_is_the_nearest_that_the_pods_allow(int replicas, int percent, int stable, int candidate) =>
        CandidateShare.Nearest(replicas, percent).ShouldBe(new CandidateShare(stable, candidate));

    [Fact]
    public void There_are_never_fewer_pods_than_before_and_at_most_one_more_and_each_version_has_one_while_both_serve()
    {
        for (var replicas = 1; replicas <= 40; replicas++)
        {
            for (var percent = 0; percent <= 100; percent++)
            {
                var share = CandidateShare.Nearest(replicas, percent);
                (share.Stable + share.Candidate).ShouldBeInRange(replicas, replicas + 1);
                (share.Candidate == 0).ShouldBe(percent == 0);
                (share.Stable == 0).ShouldBe(percent == 100);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(33)]
    public void A_larger_share_is_never_answered_by_fewer_pods_of_the_candidate(int replicas) =>
        Enumerable.Range(0, 101).Select(p => CandidateShare.Nearest(replicas, p).Percent).ShouldBeInOrder();

    [Fact]
    public void Of_two_shares_that_are_equally_near_the_smaller_is_taken() => CandidateShare.Nearest(4, 45).ShouldBe(new CandidateShare(3, 2));

    [Fact]
    public void What_is_not_possible_is_told_with_what_is_done_instead()
    {
        CandidateShare.Nearest(4, 5).Unlike(4, 5).ShouldBe("5 % is not possible with 4 replicas: 1 of 5 is 20 %");
        CandidateShare.Nearest(1, 5).Unlike(1, 5).ShouldBe("5 % is not possible with 1 replica: 1 of 2 is 50 %");
        CandidateShare.Nearest(4, 25).Unlike(4, 25).ShouldBeNull();
    }
}
