using System.Text.Json.Nodes;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.WebApi;

namespace ChatOps.Tests.Sandbox.Workspace;

/// <summary>The bot's own client, with the manifest as it is, against the strict workspace.</summary>
public sealed class BotClientTests
{
    [Fact]
    public async Task Everything_an_incident_needs_passes_with_the_scopes_of_the_manifest()
    {
        var token = TestContext.Current.CancellationToken;
        await using var sandbox = await TestSandbox.StartAsync();
        using var slack = new SlackApiClient(
            new SlackOptions { BotToken = sandbox.Host.BotToken, AppToken = sandbox.Host.AppToken, SigningSecret = sandbox.Host.SigningSecret, ApiBaseUrl = new Uri(sandbox.Host.ApiUrl) },
            TimeProvider.System);
        foreach (var isPrivate in (bool[])[false, true])
        {
            var channel = await slack.Conversations.Create(isPrivate ? "inc-2" : "inc-1", isPrivate, token);
            await slack.Conversations.Invite(channel.Id, ["U0ANA00001", "U0BEN00001"], token);
            await slack.Conversations.SetTopic(channel.Id, "SEV1 open", token);
            var posted = await slack.Chat.PostMessage(new Message { Channel = channel.Id, Text = "summary", Blocks = [new DividerBlock()] }, token);
            await slack.Pins.Add(channel.Id, posted.Ts, token);
            await slack.Chat.Update(new MessageUpdate { Channel = channel.Id, Ts = posted.Ts, Text = "summary 2" }, token);
            await slack.Files.Upload(new FileUpload { FileName = "log.txt", Content = "one line"u8.ToArray(), ChannelId = channel.Id }, token);
            (await slack.Conversations.History(new HistoryQuery { Channel = channel.Id, IncludeAllMetadata = true }, token)).Messages.Count.ShouldBeGreaterThan(3);
            (await slack.Conversations.Members(channel.Id, null, token)).Members.Count.ShouldBe(3);
            await slack.Chat.PostEphemeral("U0ANA00001", new Message { Channel = channel.Id, Text = "psst" }, token);
            (await slack.Conversations.Info(channel.Id, token)).Topic!.Value.ShouldBe("SEV1 open");
            await slack.Conversations.Archive(channel.Id, token);
        }
        var refused = await Should.ThrowAsync<SlackException>(() => slack.Conversations.Create("inc-1", false, token));
        refused.ErrorCode.ShouldBe("name_taken");
        (await sandbox.GetAsync("traffic"))["traffic"]!.AsArray().Count(t => t!["answer"] is JsonObject answer && (bool?)answer["ok"] == false).ShouldBe(1);
    }
}
