using ChatOps.Diagnosis;
using static ChatOps.Tests.Diagnosis.Facts;

namespace ChatOps.Tests.Diagnosis;

public sealed class StepMessagesTests
{
    [Fact]
    public void What_is_well_about_a_service_stands_in_one_line_after_the_trouble()
    {
        var lines = StepMessages.FactLines([Runs("pay", 1), ProbeIsHealthy("pay", 2), ProbeFails("shop", 3)]);

        lines.Count.ShouldBe(2);
        lines[0].ShouldContain("shop login FAILS");
        lines[1].ShouldEndWith("OK pay: runs; login is healthy");
    }

    [Fact]
    public void A_process_that_does_not_run_has_no_figures_that_read_as_well()
    {
        var idle = Fact(Signs.MetricNormal, "shop-db", 2, Weight.Good, "shop-db CPU 0 %", ("metric", "cpu"), ("percent", "0"));

        StepMessages.FactLines([Down("shop-db", 1), idle]).ShouldHaveSingleItem().ShouldContain("NOT RUNNING");
    }

    [Fact]
    public void Missing_replicas_never_read_as_well()
    {
        var none = Fact(Signs.MetricNormal, "shop", 2, Weight.Good, "shop replicas 0 of 1 (0 %)", ("metric", "replicas"), ("percent", "0"));

        StepMessages.FactLines([none]).ShouldBeEmpty();
    }

    [Fact]
    public void A_long_error_keeps_its_end_where_the_cause_stands()
    {
        var cut = LogReading.CutMiddle("ERROR shop.cart GET /cart failed: Npgsql.NpgsqlException: Failed to connect to 127.0.0.1:5432 ---> SocketException (111): Connection refused", 120);

        cut.ShouldStartWith("ERROR shop.cart");
        cut.ShouldEndWith("Connection refused");
        cut.Length.ShouldBeLessThanOrEqualTo(121);
    }
}
