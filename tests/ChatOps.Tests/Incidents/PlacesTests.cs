using ChatOps.Configuration;
using ChatOps.Incidents;

namespace ChatOps.Tests.Incidents;

public sealed class PlacesTests
{
    [Theory]
    [InlineData("incidents", "#incidents")]
    [InlineData("#incidents", "#incidents")]
    [InlineData("g7-summit", "#g7-summit")]
    [InlineData("C0123ABCD", "C0123ABCD")]
    [InlineData("#C0123ABCD", "C0123ABCD")]
    [InlineData("G012345", "G012345")]
    public void What_chatops_yaml_takes_as_a_channel_is_found_in_Slack_by_its_name_or_its_id(string written, string destination) =>
        Places.Of(Names.Channel(written).ShouldNotBeNull()).ShouldBe(destination);
}
