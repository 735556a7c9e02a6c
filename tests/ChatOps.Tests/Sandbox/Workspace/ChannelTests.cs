using System.Text.Json.Nodes;

namespace ChatOps.Tests.Sandbox.Workspace;

public sealed class ChannelTests
{
    [Theory]
    [InlineData("Incident", "invalid_name_specials")]
    [InlineData("inc 1", "invalid_name_specials")]
    [InlineData("inc.1", "invalid_name_specials")]
    [InlineData("障害", "invalid_name_specials")]
    [InlineData("---", "invalid_name_punctuation")]
    [InlineData("incidents", "name_taken")]
    [InlineData("leads", "name_taken")]
    [InlineData("", "invalid_name_required")]
    public async Task A_channel_name_follows_the_rules(string name, string error)
    {
        await using var sandbox = await TestSandbox.StartAsync();
        (await sandbox.CallAsync("conversations.create", new JsonObject { ["name"] = name })).ShouldFail(error);
    }

    [Fact]
    public async Task A_channel_name_has_at_most_eighty_characters()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await sandbox.ChannelAsync(new string('x', 80));
        (await sandbox.CallAsync("conversations.create", new JsonObject { ["name"] = new string('y', 81) })).ShouldFail("invalid_name_maxlength");
    }

    [Fact]
    public async Task The_name_of_an_archived_channel_stays_taken()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await sandbox.CallAsync("conversations.archive", new JsonObject { ["channel"] = await sandbox.ChannelAsync() });
        (await sandbox.CallAsync("conversations.create", new JsonObject { ["name"] = "inc-1" })).ShouldFail("name_taken");
    }

    [Fact]
    public async Task A_topic_has_at_most_two_hundred_and_fifty_characters_and_leaves_a_line_when_it_changes()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        (await sandbox.CallAsync("conversations.setTopic", new JsonObject { ["channel"] = channel, ["topic"] = new string('x', 251) })).ShouldFail("too_long");
        for (var i = 0; i < 2; i++)
            (await sandbox.CallAsync("conversations.setTopic", new JsonObject { ["channel"] = channel, ["topic"] = "SEV1 open" })).ShouldBeOk();
        (await sandbox.MessagesAsync(channel)).Count(m => (string?)m["subtype"] == "channel_topic").ShouldBe(1);
    }

    [Fact]
    public async Task An_invitation_that_cannot_be_fulfilled_says_for_whom()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        var answer = await sandbox.CallAsync("conversations.invite", new JsonObject { ["channel"] = channel, ["users"] = "U0ANA00001,U0NOBODY00" });
        answer.ShouldFail("user_not_found");
        ((string)answer["errors"]![0]!["user"]!).ShouldBe("U0NOBODY00");
        (await MembersAsync(sandbox, channel)).ShouldNotContain("U0ANA00001", "nobody is invited when one cannot be");

        (await sandbox.CallAsync("conversations.invite", new JsonObject { ["channel"] = channel, ["users"] = "U0ANA00001,U0NOBODY00", ["force"] = true })).ShouldBeOk();
        (await MembersAsync(sandbox, channel)).ShouldContain("U0ANA00001");
        (await sandbox.CallAsync("conversations.invite", new JsonObject { ["channel"] = channel, ["users"] = "U0ANA00001" })).ShouldFail("already_in_channel");
        (await sandbox.CallAsync("conversations.invite", new JsonObject { ["channel"] = channel, ["users"] = "U0CHATOPS1" })).ShouldFail("cant_invite_self");
        (await sandbox.CallAsync("conversations.invite", new JsonObject { ["channel"] = channel, ["users"] = string.Join(',', Enumerable.Range(0, 101).Select(i => $"U{i}")) })).ShouldFail("invalid_arguments");
    }

    [Fact]
    public async Task A_channel_the_bot_has_left_is_closed_to_it()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        (await sandbox.CallAsync("conversations.leave", new JsonObject { ["channel"] = channel })).ShouldBeOk();
        (await sandbox.CallAsync("conversations.setTopic", new JsonObject { ["channel"] = channel, ["topic"] = "x" })).ShouldFail("not_in_channel");
        (await sandbox.CallAsync("conversations.invite", new JsonObject { ["channel"] = channel, ["users"] = "U0ANA00001" })).ShouldFail("not_in_channel");
    }

    [Fact]
    public async Task A_word_to_one_person_opens_their_direct_message()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var opened = await sandbox.CallAsync("conversations.open", new JsonObject { ["users"] = "U0BEN00001" });
        var said = await sandbox.CallAsync("chat.postMessage", new JsonObject { ["channel"] = "U0BEN00001", ["text"] = "psst" });
        ((string)said["channel"]!).ShouldBe((string)opened["channel"]!["id"]!);
        ((string)said["channel"]!).ShouldStartWith("D");
        ((int)(await GetStatusAsync(sandbox, $"messages?channel={said["channel"]}&user=ana"))).ShouldBe(403);
    }

    [Fact]
    public async Task An_email_address_is_shown_only_with_its_scope()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        (await sandbox.FormAsync("users.info", ("user", "U0ANA00001")))["user"]!["profile"]!.AsObject().ContainsKey("email").ShouldBeFalse();
        (await sandbox.FormAsync("users.lookupByEmail", ("email", "ana@shop.example"))).ShouldFail("missing_scope");
        (await sandbox.FormAsync("users.info", ("user", "U0NOBODY00"))).ShouldFail("user_not_found");
        (await sandbox.FormAsync("usergroups.users.list", ("usergroup", "S0LEADS001")))["users"]!.AsArray().Count.ShouldBe(2);
        (await sandbox.FormAsync("usergroups.users.list", ("usergroup", "S0"))).ShouldFail("no_such_subteam");
    }

    private static async Task<IEnumerable<string>> MembersAsync(TestSandbox sandbox, string channel) =>
        (await sandbox.FormAsync("conversations.members", ("channel", channel)))["members"]!.AsArray().Select(m => (string)m!);

    private static async Task<int> GetStatusAsync(TestSandbox sandbox, string control)
    {
        using var response = await sandbox.Http.GetAsync($"{sandbox.Host.BaseUrl}/control/{control}", TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }
}
