using System.Text.Json.Nodes;

namespace ChatOps.Tests.Support;

[Collection(nameof(RealDocker))]
public sealed class DockerEngineTests(DockerEngine docker)
{
    [Fact]
    public async Task A_container_of_an_image_made_of_busybox_runs_on_the_hosts_network()
    {
        docker.Need();
        await docker.ImportAsync("engine-tests", "v1", """CMD ["sh","-c","cat /version; exec sleep 600"]""");
        try
        {
            await docker.RunAsync("engine-tests-a", new() { ["Image"] = "engine-tests:v1", ["HostConfig"] = DockerEngine.HostNetwork });
            ((bool?)(await docker.InspectAsync("engine-tests-a"))["State"]!["Running"]).ShouldBe(true);
            var volume = new JsonObject { ["Name"] = "engine-tests", ["Labels"] = new JsonObject { ["nonce"] = "first" } };
            await docker.PostAsync("volumes/create", volume);
            volume["Labels"]!["nonce"] = "second";
            // What the adapter's records rest on: whoever comes second is told of the first.
            ((string?)(await docker.PostAsync("volumes/create", volume))["Labels"]!["nonce"]).ShouldBe("first");
        }
        finally
        {
            await docker.RemoveAsync("engine-tests-");
        }
    }
}
