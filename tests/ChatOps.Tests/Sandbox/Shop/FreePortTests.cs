using ChatOps.Sandbox.Shop.Platform;

namespace ChatOps.Tests.Sandbox.Shop;

public sealed class FreePortTests
{
    [Fact]
    public void A_port_is_given_once_so_that_what_is_down_for_a_while_finds_its_own_free() =>
        Enumerable.Range(0, 500).AsParallel().Select(_ => FreePort.Next()).ToList().ShouldBeUnique();
}
