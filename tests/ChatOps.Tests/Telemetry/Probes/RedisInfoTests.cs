using ChatOps.Catalog;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Probes;

namespace ChatOps.Tests.Telemetry.Probes;

/// <summary>What a Redis says of itself, and what is made of it.</summary>
public sealed class RedisInfoTests
{
    [Fact]
    public void A_replica_is_healthy_while_it_hears_its_master()
    {
        Judge("role:slave\r\nmaster_link_status:up\r\nmaster_last_io_seconds_ago:7").ShouldBe((true, null, "a replica, its master heard 7 s ago, here"));
        Judge("role:slave\r\nmaster_link_status:up\r\nmaster_last_io_seconds_ago:61").ShouldBe((false, ProbeFailure.AtLimit, "a replica, its master heard 61 s ago, here"));
        Judge("role:slave\r\nmaster_link_status:down\r\nmaster_link_down_since_seconds:90").ShouldBe((false, ProbeFailure.AtLimit, "a replica without its master for 90 s, here"));
        Judge("role:slave\r\nmaster_link_status:down\r\nmaster_link_down_since_seconds:-1").ShouldBe((false, ProbeFailure.AtLimit, "a replica without its master, here"));
    }

    [Fact]
    public void A_master_tells_how_far_its_replicas_are_behind() =>
        Judge("role:master\r\nslave0:ip=10.0.0.2,port=6379,state=online,offset=14,lag=1\r\nslave1:ip=10.0.0.3,port=6379,state=online,offset=2,lag=120\r\nslave_expires_tracked_keys:0")
            .ShouldBe((false, ProbeFailure.AtLimit, "2 replicas, 2 min behind at most, here"));

    [Fact]
    public void Full_is_a_fault_only_where_nothing_may_be_thrown_away()
    {
        Judge("used_memory:104857600\r\nmaxmemory:104857600\r\nmaxmemory_policy:allkeys-lru").ShouldBe((true, null, "100 MiB of 100 MiB memory, here"));
        Judge("used_memory:104857600\r\nmaxmemory:104857600\r\nmaxmemory_policy:noeviction").ShouldBe((false, ProbeFailure.AtLimit, "100 MiB of 100 MiB memory, and it may throw nothing away, here"));
        Judge("used_memory:1572864\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction").ShouldBe((true, null, "1.5 MiB of memory, without a limit of its own, here"));
    }

    [Fact]
    public void What_is_over_its_limit_stands_first_and_a_limit_may_be_off()
    {
        const string info = "role:slave\r\nmaster_link_status:up\r\nmaster_last_io_seconds_ago:2\r\nconnected_clients:96\r\nmaxclients:100";
        Judge(info).ShouldBe((false, ProbeFailure.AtLimit, "96 of 100 clients, a replica, its master heard 2 s ago, here"));
        Judge(info, new() { Connections = null }).Healthy.ShouldBeTrue();
    }

    [Fact]
    public void One_that_loads_is_not_ready() =>
        Judge("loading:1\r\nloading_eta_seconds:12").ShouldBe((false, ProbeFailure.NotReady, "not ready: it loads its data, about 12 s more"));

    [Theory]
    [InlineData("")]
    [InlineData("# Server\r\nnonsense\r\n:\r\nused_memory:much")]
    public void What_it_does_not_tell_is_not_judged(string info) => Judge(info).ShouldBe((true, null, "here"));

    private static (bool Healthy, ProbeFailure? Failure, string Detail) Judge(string info, ProbeLimits? limits = null)
    {
        var answer = RedisInfo.Read(info).Judge("here", limits ?? new());
        return (answer.Healthy, answer.Failure, answer.Detail);
    }
}
