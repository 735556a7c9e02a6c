using System.Net;
using System.Net.Sockets;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.WebApi;

namespace ChatOps.Tests.Slack.WebApi;

public sealed class SlackApiClientTests : IAsyncLifetime
{
    private SlackStub slack = null!;
    private SlackApiClient client = null!;

    public async ValueTask InitializeAsync()
    {
        slack = await SlackStub.StartAsync();
        client = new SlackApiClient(Options(), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await slack.DisposeAsync();
    }

    [Fact]
    public async Task A_message_is_posted_as_JSON_with_the_bots_token()
    {
        slack.Json("/api/chat.postMessage", """{"ok":true,"channel":"C1","ts":"1700000000.000100"}""");

        var posted = await client.Chat.PostMessage(new Message { Channel = "C1", Text = "hé", Blocks = [new DividerBlock()] }, CancellationToken.None);

        posted.Ts.ShouldBe("1700000000.000100");
        var call = slack.Calls.ShouldHaveSingleItem();
        (call.Verb, call.ContentType, call.Authorization).ShouldBe(("POST", "application/json; charset=utf-8", "Bearer xoxb-secret"));
        call.Body.ShouldBe("""{"channel":"C1","text":"hé","blocks":[{"type":"divider"}]}""");
    }

    [Fact]
    public async Task Reading_goes_as_a_query()
    {
        slack.Json("/api/conversations.history", """{"ok":true,"messages":[{"type":"message","text":"a","ts":"1.2","metadata":{"event_type":"chatops","event_payload":{"id":"m1"}}}],"has_more":true,"response_metadata":{"next_cursor":""}}""");

        var page = await client.Conversations.History(new HistoryQuery { Channel = "C 1", Limit = 50, IncludeAllMetadata = true }, CancellationToken.None);

        var call = slack.Calls.ShouldHaveSingleItem();
        (call.Verb, call.Query, call.Body).ShouldBe(("GET", "?channel=C%201&limit=50&include_all_metadata=true", ""));
        page.Messages.ShouldHaveSingleItem().Metadata!.Read("id").ShouldBe("m1");
        page.NextCursor.ShouldBeNull();
    }

    [Fact]
    public async Task A_refusal_says_what_and_which_scope_is_missing()
    {
        slack.Json("/api/pins.add", """{"ok":false,"error":"missing_scope","needed":"pins:write","provided":"chat:write","response_metadata":{"messages":["[ERROR] a","b"]}}""");

        var refused = await Should.ThrowAsync<SlackException>(() => client.Pins.Add("C1", "1.2", CancellationToken.None));

        (refused.Method, refused.ErrorCode, refused.Needed, refused.Provided, refused.Details).ShouldBe(("pins.add", "missing_scope", "pins:write", "chat:write", "[ERROR] a; b"));
        slack.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_rate_limit_on_a_write_is_the_callers_to_wait_for()
    {
        slack.Json("/api/chat.postMessage", () => """{"ok":false,"error":"ratelimited"}""", 429, ("Retry-After", "7"));
        var limited = await Should.ThrowAsync<SlackRateLimitedException>(() => client.Chat.PostMessage(new Message { Channel = "C1", Text = "x" }, CancellationToken.None));
        limited.RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
        slack.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_rate_limit_on_a_read_is_waited_for_as_long_as_Slack_says()
    {
        var first = true;
        slack.Answers["/api/users.info"] = async context =>
        {
            if (first)
            {
                first = false;
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "1";
                return;
            }
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync("""{"ok":true,"user":{"id":"U1","tz":"Europe/Vienna"}}"""u8.ToArray());
        };
        var started = TimeProvider.System.GetTimestamp();

        (await client.Users.Info("U1", CancellationToken.None)).Tz.ShouldBe("Europe/Vienna");

        TimeProvider.System.GetElapsedTime(started).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.9));
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(503, "{}")]
    [InlineData(200, "<html>")]
    [InlineData(200, "[]")]
    [InlineData(200, """{"ok":false,"error":"fatal_error"}""")]
    [InlineData(200, """{"ok":false,"error":"internal_error"}""")]
    public async Task A_server_that_fails_may_have_done_it_and_a_write_is_not_repeated(int status, string body)
    {
        slack.Json("/api/chat.postMessage", () => body, status);
        var failure = await Should.ThrowAsync<SlackUnreachableException>(() => client.Chat.PostMessage(new Message { Channel = "C1", Text = "x" }, CancellationToken.None));
        failure.MayHaveHappened.ShouldBeTrue();
        slack.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_fails_is_read_from_three_times()
    {
        slack.Json("/api/users.info", () => "", 500);
        await Should.ThrowAsync<SlackUnreachableException>(() => client.Users.Info("U1", CancellationToken.None));
        slack.Calls.Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_in_time_may_have_happened()
    {
        var release = new TaskCompletionSource();
        slack.Answers["/api/chat.update"] = _ => release.Task;
        using var hasty = new SlackApiClient(Options() with { CallDeadline = TimeSpan.FromMilliseconds(200) }, TimeProvider.System);

        var failure = await Should.ThrowAsync<SlackUnreachableException>(() => hasty.Chat.Update(new MessageUpdate { Channel = "C1", Ts = "1.2", Text = "x" }, CancellationToken.None));

        release.SetResult();
        failure.MayHaveHappened.ShouldBeTrue();
        failure.Message.ShouldContain("longer than 0.2 s");
    }

    [Fact]
    public async Task An_answer_that_is_cut_off_may_have_happened()
    {
        slack.Answers["/api/chat.postMessage"] = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        (await Should.ThrowAsync<SlackUnreachableException>(() => client.Chat.PostMessage(new Message { Channel = "C1", Text = "x" }, CancellationToken.None))).MayHaveHappened.ShouldBeTrue();
    }

    [Fact]
    public async Task A_refused_connection_certainly_did_not_happen()
    {
        using var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        var port = ((IPEndPoint)unused.LocalEndpoint).Port;
        unused.Stop();
        using var lonely = new SlackApiClient(Options() with { ApiBaseUrl = new Uri($"http://127.0.0.1:{port}/api/") }, TimeProvider.System);

        var failure = await Should.ThrowAsync<SlackUnreachableException>(() => lonely.Chat.Delete("C1", "1.2", CancellationToken.None));

        failure.MayHaveHappened.ShouldBeFalse();
        failure.ToString().ShouldNotContain("xoxb-");
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_not_told_that_Slack_was_slow()
    {
        var release = new TaskCompletionSource();
        slack.Answers["/api/chat.delete"] = _ => release.Task;
        using var giveUp = new CancellationTokenSource();
        var call = client.Chat.Delete("C1", "1.2", giveUp.Token);
        await giveUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        release.SetResult();
    }

    [Fact]
    public async Task A_file_is_uploaded_in_three_calls_and_shared_by_the_last()
    {
        slack.Json("/api/files.getUploadURLExternal", () => $$"""{"ok":true,"upload_url":"{{slack.Address}}/upload/1","file_id":"F1"}""");
        slack.Json("/upload/1", "OK - 5");
        slack.Json("/api/files.completeUploadExternal", """{"ok":true,"files":[{"id":"F1"}]}""");

        var id = await client.Files.Upload(new FileUpload { FileName = "log.txt", Content = "hello"u8.ToArray(), ChannelId = "C1", ThreadTs = "1.2", InitialComment = "The log" }, CancellationToken.None);

        id.ShouldBe("F1");
        var calls = slack.Calls.ToList();
        (calls[0].ContentType, calls[0].Body).ShouldBe(("application/x-www-form-urlencoded", "filename=log.txt&length=5"));
        (calls[1].Authorization, calls[1].Body).ShouldBe(("", "hello"));
        calls[2].Body.ShouldBe("""{"files":[{"id":"F1","title":"log.txt"}],"channel_id":"C1","thread_ts":"1.2","initial_comment":"The log"}""");
    }

    [Fact]
    public async Task An_upload_that_fails_before_it_is_shared_may_be_repeated()
    {
        slack.Json("/api/files.getUploadURLExternal", () => $$"""{"ok":true,"upload_url":"{{slack.Address}}/upload/1","file_id":"F1"}""");
        slack.Json("/upload/1", () => "", 500);
        var failure = await Should.ThrowAsync<SlackUnreachableException>(() => client.Files.Upload(new FileUpload { FileName = "a", Content = "a"u8.ToArray() }, CancellationToken.None));
        failure.MayHaveHappened.ShouldBeFalse();
    }

    [Fact]
    public async Task An_answer_at_a_response_url_needs_no_token_and_its_address_stays_secret()
    {
        slack.Json("/respond/s3cret", "ok");
        await client.RespondAsync(slack.Address + "/respond/s3cret", new ResponseMessage { Text = "done", ReplaceOriginal = true }, CancellationToken.None);
        var call = slack.Calls.ShouldHaveSingleItem();
        (call.Authorization, call.Body).ShouldBe(("", """{"text":"done","replace_original":true}"""));

        slack.Json("/respond/s3cret", () => "used_url", 404);
        var refused = await Should.ThrowAsync<SlackException>(() => client.RespondAsync(slack.Address + "/respond/s3cret", new ResponseMessage { DeleteOriginal = true }, CancellationToken.None));
        refused.ErrorCode.ShouldBe("http_404");
        refused.ToString().ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task Who_the_token_belongs_to_comes_with_its_scopes()
    {
        slack.Json("/api/auth.test", () => """{"ok":true,"user_id":"U1","team_id":"T1","bot_id":"B1"}""", 200, ("x-oauth-scopes", "chat:write, pins:write"));
        var me = await client.Auth.Test(CancellationToken.None);
        me.BotId.ShouldBe("B1");
        me.Scopes.ShouldBe(["chat:write", "pins:write"]);
    }

    [Fact]
    public async Task Nobody_with_that_address_is_no_error()
    {
        slack.Json("/api/users.lookupByEmail", """{"ok":false,"error":"users_not_found"}""");
        (await client.Users.LookupByEmail("a@b.example", CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public void Options_never_show_a_token_and_say_in_a_sentence_what_is_wrong()
    {
        var options = Options() with { AppToken = "xapp-secret", SigningSecret = "s3cret" };
        options.ToString().ShouldNotContain("secret");
        options.ToString().ShouldNotContain("s3cret");
        options.Validate().ShouldBeEmpty();
        (options with { BotToken = "xoxp-1" }).Validate().ShouldHaveSingleItem().ShouldContain("xoxb-");
        (options with { AppToken = "xoxb-1" }).Validate().ShouldHaveSingleItem().ShouldContain("xapp-");
        (options with { SigningSecret = " ", Transport = SlackTransport.Http }).Validate().ShouldHaveSingleItem().ShouldContain("signing secret is empty");
        (options with { ApiBaseUrl = new Uri("https://slack.com/api") }).Validate().ShouldHaveSingleItem();
        (options with { Sockets = 11, CallDeadline = TimeSpan.Zero, SignatureTolerance = TimeSpan.FromHours(1) }).Validate().Count.ShouldBe(3);
        Should.Throw<InvalidOperationException>(() => new Microsoft.Extensions.DependencyInjection.ServiceCollection().AddSlack(options with { SigningSecret = "", Transport = SlackTransport.Http }))
            .Message.ShouldNotContain('\n');
    }

    private SlackOptions Options() => new() { BotToken = "xoxb-secret", AppToken = "xapp-secret", ApiBaseUrl = slack.Api };
}
